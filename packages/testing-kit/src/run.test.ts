import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { pingPostgres } from '@modelbridge/local-stack';
import { eventually } from './eventually.js';

const program = `
  const { startRun } = await import(${JSON.stringify(new URL('../jest/run.mjs', import.meta.url).href)});
  const run = await startRun();
  const response = await fetch(run.environment.MODELBRIDGE_TEST_POSTGRES);
  console.log(await response.text());
  setInterval(() => undefined, 1000);
`;

describe('a test run', () => {
  it('leaves no Postgres behind when it is killed', async () => {
    const run = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: new URL('..', import.meta.url),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let url = '';
    run.stdout.on('data', (chunk: Buffer) => (url += chunk.toString()));
    await eventually(() => expect(url).toMatch(/\n$/), { timeoutMs: 20_000 });
    expect(await pingPostgres(url.trim())).toBeUndefined();
    run.kill('SIGKILL');
    await once(run, 'exit');
    await eventually(async () => expect(await pingPostgres(url.trim())).toBeDefined(), {
      timeoutMs: 15_000,
    });
  });
});
