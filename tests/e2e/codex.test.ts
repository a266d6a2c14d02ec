import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { patienceMs } from '@modelbridge/testing-kit';
import { clearSandbox, sandboxRequests } from './gateway-api.js';
import { type Stack, startStack } from './stack.js';

/** One line of `codex exec --json`. */
interface CodexEvent {
  type: string;
  item?: { type: string; text?: string; command?: string; exit_code?: number; status?: string };
  usage?: { input_tokens: number; output_tokens: number };
}

/** One for each kind of upstream: Responses, Messages, chat. */
const models = ['gpt-5.2-codex', 'claude-sonnet-4-6', 'kimi-k2.5'];
const require = createRequire(import.meta.url);
const program = join(dirname(require.resolve('@openai/codex/package.json')), 'bin/codex.js');

let stack: Stack;
/** A home and a working directory of its own, so that no one's Codex is touched. */
let home: string;
let work: string;

beforeAll(async () => {
  stack = await startStack();
  home = mkdtempSync(join(tmpdir(), 'codex-'));
  work = join(home, 'work');
  mkdirSync(work);
  writeFileSync(join(home, 'config.toml'), configuration(`${stack.gateway}/v1`));
});
afterAll(() => stack?.stop());
beforeEach(() => clearSandbox(stack));

const configuration = (baseUrl: string): string => `
model_provider = "modelbridge"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
suppress_unstable_features_warning = true
analytics.enabled = false
otel.exporter = "none"

[features]
apply_patch_freeform = true
unified_exec = true

[model_providers.modelbridge]
name = "ModelBridge"
base_url = "${baseUrl}"
env_key = "MODELBRIDGE_API_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`;

/** Runs Codex on one prompt, with no network but this machine's own. */
async function runCodex(model: string, prompt: string): Promise<CodexEvent[]> {
  const child = spawn(
    process.execPath,
    [program, 'exec', '--json', '--skip-git-repo-check', '-m', model, prompt],
    {
      cwd: work,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 2 * patienceMs,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        CODEX_HOME: home,
        MODELBRIDGE_API_KEY: stack.apiKey,
        HTTPS_PROXY: 'http://127.0.0.1:9',
        NO_PROXY: '127.0.0.1',
      },
    },
  );
  let output = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  if (exitCode !== 0)
    throw new Error(`codex ended with ${String(exitCode)}: ${complaints}${output}`);
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as CodexEvent);
}

const itemsOf = (events: CodexEvent[], type: string) =>
  events.flatMap(({ type: event, item }) =>
    event === 'item.completed' && item?.type === type ? [item] : [],
  );

function expectEnd(events: CodexEvent[]): void {
  expect(itemsOf(events, 'agent_message').at(-1)?.text).toMatch(/\S/);
  expect(events.at(-1)).toMatchObject({ type: 'turn.completed' });
  expect(events.at(-1)?.usage?.output_tokens).toBeGreaterThan(0);
}

describe.each(models)('Codex with %s', (model) => {
  it('answers', async () => {
    const events = await runCodex(model, 'hello');
    expectEnd(events);
    expect(await sandboxRequests(stack)).toHaveLength(1);
  });

  it('runs a command and goes on with what it printed', async () => {
    const input = JSON.stringify({ cmd: 'printf "%s-%s" made here', yield_time_ms: 10_000 });
    const events = await runCodex(model, `use the exec_command tool [[input=${input}]]`);
    expect(itemsOf(events, 'command_execution')).toMatchObject([{ exit_code: 0 }]);
    expectEnd(events);
    const [, second] = await sandboxRequests(stack);
    expect(JSON.stringify(second?.body)).toContain('made-here');
  });

  it('applies a patch that the model streams as raw text', async () => {
    const file = `${model}.txt`;
    const line = `says "hello" \\n \t {not: json} 你好`;
    const patch = `*** Begin Patch\n*** Add File: ${file}\n+${line}\n+the end\n*** End Patch`;
    const events = await runCodex(model, `use the apply_patch tool [[input=${patch}]]`);
    expect(itemsOf(events, 'file_change')).toMatchObject([{ status: 'completed' }]);
    expectEnd(events);
    expect(readFileSync(join(work, file), 'utf8')).toBe(`${line}\nthe end\n`);
  });
});
