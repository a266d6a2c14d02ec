import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Stack } from '@modelbridge/launcher';
import { patienceMs } from '@modelbridge/testing-kit';

/** One line of `codex exec --json`. */
export interface CodexEvent {
  type: string;
  item?: { type: string; text?: string; command?: string; exit_code?: number; status?: string };
  usage?: { input_tokens: number; output_tokens: number };
}

const require = createRequire(import.meta.url);
const program = join(dirname(require.resolve('@openai/codex/package.json')), 'bin/codex.js');

/** Codex with a home and a working directory of its own, so that no one's Codex is touched. */
export class CodexCli {
  readonly work: string;
  private readonly home = mkdtempSync(join(tmpdir(), 'codex-'));

  constructor(
    private readonly stack: Pick<Stack, 'gateway' | 'apiKey'>,
    private readonly transport: 'http' | 'websocket',
  ) {
    this.work = join(this.home, 'work');
    mkdirSync(this.work);
    writeFileSync(join(this.home, 'config.toml'), this.configuration());
  }

  /** Runs it on one prompt, with no network but this machine's own. */
  async run(model: string, prompt: string): Promise<CodexEvent[]> {
    const child = spawn(
      process.execPath,
      [program, 'exec', '--json', '--skip-git-repo-check', '-m', model, prompt],
      {
        cwd: this.work,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 2 * patienceMs,
        env: {
          PATH: process.env.PATH,
          HOME: this.home,
          CODEX_HOME: this.home,
          MODELBRIDGE_API_KEY: this.stack.apiKey,
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

  private configuration(): string {
    const overSocket = String(this.transport === 'websocket');
    return `
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
responses_websockets = ${overSocket}

[model_providers.modelbridge]
name = "ModelBridge"
base_url = "${this.stack.gateway}/v1"
env_key = "MODELBRIDGE_API_KEY"
wire_api = "responses"
supports_websockets = ${overSocket}
request_max_retries = 0
stream_max_retries = 0
`;
  }
}
