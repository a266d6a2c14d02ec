import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { takeLock } from './lock.js';
import { stateProblem } from './state-problem.js';

const failure = (code: string, path?: string): Error =>
  Object.assign(new Error(`${code}: as the system says it`), { code, path });

describe('a problem with the state', () => {
  it.each([
    ['EROFS', /^\/s\/launcher.lock cannot be written: its disk is read-only.*--state DIR/],
    ['EACCES', /^\/s\/launcher.lock may not be used by this user.*root.*chown/],
    ['ENOSPC', /^There is no room left for \/s\/launcher.lock\. Make room/],
  ])('%s is told in words', (code, words) => {
    expect(stateProblem(failure(code, '/s/launcher.lock'))).toMatch(words);
  });

  it('is a directory that cannot be made on a disk that is read-only, which Node says is not there', () => {
    const missing = failure('ENOENT', '/ro/state');
    expect(stateProblem(Object.assign(missing, { syscall: 'mkdir' }))).toMatch(
      /^\/ro\/state cannot be written: its disk is read-only/,
    );
    expect(stateProblem(Object.assign(missing, { syscall: 'open' }))).toBeUndefined();
  });

  it('is told without a place where the system names none', () => {
    expect(stateProblem(failure('ENOSPC'))).toMatch(/^There is no room left for the state\./);
  });

  it('is a file in its place', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
    const state = join(directory, 'state');
    await writeFile(state, '');
    const error: unknown = await takeLock(join(state, 'launcher.lock')).catch((e: unknown) => e);
    expect(stateProblem(error)).toBe(
      `${state} is a file or lies below one. --state must name a directory; it is made where there is none.`,
    );
    await rm(directory, { recursive: true });
  });

  it('is nothing else', () => {
    expect(stateProblem(new Error('Postgres does not answer'))).toBeUndefined();
  });
});
