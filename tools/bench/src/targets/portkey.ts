import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Lifetime } from '../lifetime.js';
import { CHECKOUT, startNode, startProcess, type Process } from '../processes.js';

const VERSION = '1.15.2';

/** Installs the gateway that we compare with, once, outside of the workspace. */
async function installPortkey(lifetime: Lifetime): Promise<string> {
  const folder = join(CHECKOUT, '.local', 'bench', `portkey-${VERSION}`);
  const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (existsSync(script)) return script;
  mkdirSync(folder, { recursive: true });
  const npm = startProcess(lifetime, 'npm', [
    ...['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund'],
    ...['--ignore-scripts', `@portkey-ai/gateway@${VERSION}`],
  ]);
  if ((await npm.exited) !== 0) throw new Error(`npm install failed:\n${npm.output()}`);
  return script;
}

/** Runs `@portkey-ai/gateway` from npm, headless. */
export async function startPortkey(lifetime: Lifetime, port: number): Promise<Process> {
  const script = await installPortkey(lifetime);
  const env = { NODE_ENV: 'production' };
  return startNode(lifetime, [script, `--port=${port}`, '--headless'], { env });
}

/** What tells it where to send a request. */
export function portkeyHeaders(upstreamPort: number): Record<string, string> {
  return {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
    authorization: 'Bearer bench',
  };
}
