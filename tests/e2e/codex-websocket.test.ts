import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { patienceMs } from '@modelbridge/testing-kit';
import { clearSandbox, sandboxRequests } from './gateway-api.js';
import { type Stack, startStack } from './stack.js';

const require = createRequire(import.meta.url);
const program = join(dirname(require.resolve('@openai/codex/package.json')), 'bin/codex.js');

let stack: Stack;
let home: string;

beforeAll(async () => {
  stack = await startStack();
  home = mkdtempSync(join(tmpdir(), 'codex-'));
  mkdirSync(join(home, 'work'));
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
unified_exec = true
responses_websockets = true

[model_providers.modelbridge]
name = "ModelBridge"
base_url = "${baseUrl}"
env_key = "MODELBRIDGE_API_KEY"
wire_api = "responses"
supports_websockets = true
request_max_retries = 0
stream_max_retries = 0
`;

async function runCodex(model: string, prompt: string): Promise<string> {
  const child = spawn(
    process.execPath,
    [program, 'exec', '--json', '--skip-git-repo-check', '-m', model, prompt],
    {
      cwd: join(home, 'work'),
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
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  if (exitCode !== 0) throw new Error(`codex ended with ${String(exitCode)}: ${output}`);
  return output;
}

async function openedSockets(): Promise<number> {
  const text = await (await fetch(`${stack.gateway}/metrics`)).text();
  return Number(/^gateway_response_sockets_opened_total\{.*\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe.each(['claude-sonnet-4-6', 'kimi-k2.5'])('Codex over a WebSocket with %s', (model) => {
  it('runs a command and goes on with what it printed', async () => {
    const before = await openedSockets();
    const input = JSON.stringify({ cmd: 'printf "%s-%s" made here', yield_time_ms: 10_000 });
    const output = await runCodex(model, `use the exec_command tool [[input=${input}]]`);
    expect(output).toContain('"exit_code":0');
    expect(output).toContain('turn.completed');
    const [first, second] = await sandboxRequests(stack);
    expect(JSON.stringify(first?.body)).toContain('printf');
    expect(JSON.stringify(second?.body)).toContain('made-here');
    expect(await openedSockets()).toBeGreaterThan(before);
  });
});
