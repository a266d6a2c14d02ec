import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTimeOf } from '@modelbridge/local-stack';
import { lockHolder, StateInUseError, takeLock } from './lock.js';

let directory: string;
let lockFile: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
  lockFile = join(directory, 'state', 'launcher.lock');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('the lock of a state', () => {
  it('is held by one launcher at a time, which is named', async () => {
    const release = await takeLock(lockFile);
    await expect(takeLock(lockFile)).rejects.toThrow(StateInUseError);
    await expect(takeLock(lockFile)).rejects.toThrow(`pid ${process.pid}`);
    await release();
    await (
      await takeLock(lockFile)
    )();
  });

  it('is void when its holder has died or its pid belongs to another process now', async () => {
    await (
      await takeLock(lockFile)
    )();
    const left = [
      { pid: 2 ** 22 + 1, startTime: '1' },
      { pid: process.pid, startTime: '1' },
    ];
    for (const holder of left) {
      await writeFile(lockFile, JSON.stringify(holder));
      expect(await lockHolder(lockFile)).toBeUndefined();
    }
    const release = await takeLock(lockFile);
    expect(await lockHolder(lockFile)).toBe(process.pid);
    expect(startTimeOf(process.pid)).toBeDefined();
    await release();
  });

  it('is void when it was only half written', async () => {
    await (
      await takeLock(lockFile)
    )();
    await writeFile(lockFile, '{"pi');
    await (
      await takeLock(lockFile)
    )();
  });
});
