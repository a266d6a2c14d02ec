import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { guardsNaming, isRunning, pingNats, pingPostgres } from '@modelbridge/local-stack';
import type { Started } from '../fixtures/unending.js';
import { eventually, patienceMs } from './eventually.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const runs: ChildProcess[] = [];
afterEach(() => {
  for (const jest of runs.splice(0)) jest.kill('SIGKILL');
});

/** Runs one file as `npm test` does, until it is in the middle of its test. */
async function startRun(): Promise<{ jest: ChildProcess; started: Started }> {
  const file = join(mkdtempSync(join(tmpdir(), 'started-')), 'started.json');
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      '--import=./packages/testing-kit/jest/end-with-parent.mjs',
      'node_modules/jest/bin/jest.js',
      '--config=jest.config.mjs',
      '--testMatch=**/testing-kit/fixtures/unending.ts',
    ],
    {
      cwd: root,
      env: { ...process.env, STARTED_FILE: file },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  runs.push(jest);
  let said = '';
  jest.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const started = await eventually(
    () => {
      if (jest.exitCode !== null) throw new Error(said);
      return JSON.parse(readFileSync(file, 'utf8')) as Started;
    },
    { timeoutMs: 3 * patienceMs },
  );
  return { jest, started };
}

describe('a test run', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'leaves no process and no directory behind when %s ends it in the middle',
    async (signal) => {
      const { jest, started } = await startRun();
      const { directory, worker, nats, postgres } = started;
      expect([isRunning(worker), existsSync(directory)]).toEqual([true, true]);
      expect([await pingNats(nats), await pingPostgres(postgres)]).toEqual([undefined, undefined]);
      expect(guardsNaming(directory)).toHaveLength(2);
      jest.kill(signal);
      await once(jest, 'exit');
      await eventually(() => expect(existsSync(directory)).toBe(false));
      expect(guardsNaming(directory)).toEqual([]);
      expect(isRunning(worker)).toBe(false);
      expect(await pingNats(nats)).toBeDefined();
      expect(await pingPostgres(postgres)).toBeDefined();
    },
  );

  it('removes what a run left that was killed together with its reaper', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'temporary-'));
    const ended = spawn('true');
    await once(ended, 'exit');
    const left = join(temporary, `modelbridge-test-${ended.pid}-left`, 'postgres');
    mkdirSync(left, { recursive: true });
    const { href } = new URL('../jest/run.mjs', import.meta.url);
    const next = spawn(
      process.execPath,
      ['--input-type=module', '-e', `await (await (await import('${href}')).startRun()).stop()`],
      { env: { ...process.env, TMPDIR: temporary }, stdio: 'inherit' },
    );
    expect(await once(next, 'exit')).toEqual([0, null]);
    await eventually(() => expect(readdirSync(temporary)).toEqual([]));
  });
});
