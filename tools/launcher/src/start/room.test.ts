import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stateDirectory } from '../state/state-directory.js';
import { diskOf, needsOf, roomLines } from './room.js';

const needs = needsOf(stateDirectory('/state'), 3);
const mib = (count: number): number => count * 1024 ** 2;

describe('the room of each part', () => {
  it('is told with what it needs, for as many gateways as there are', async () => {
    const lines = await roomLines(needs, () => Promise.resolve({ id: 1, freeBytes: mib(2048) }));
    expect(lines.map(({ text }) => text.trim().replaceAll(/ +/g, ' '))).toEqual([
      'postgres needs 256 MiB, has 2.0 GiB /state/postgres',
      'nats needs 64 MiB, has 2.0 GiB /state/nats',
      'spool needs 96 MiB, has 2.0 GiB /state/spool',
      'logs needs 16 MiB, has 2.0 GiB /state/logs',
    ]);
    expect(lines.some(({ isShort }) => isShort)).toBe(false);
  });

  it('is short where all that share a disk need more than it has, and elsewhere not', async () => {
    const shared = (freeBytes: number) => (directory: string) =>
      Promise.resolve(
        directory.endsWith('spool') ? { id: 2, freeBytes: mib(96) } : { id: 1, freeBytes },
      );
    const short = async (freeBytes: number): Promise<boolean[]> =>
      (await roomLines(needs, shared(freeBytes))).map(({ isShort }) => isShort);
    expect(await short(mib(336))).toEqual([false, false, false, false]);
    expect(await short(mib(336) - 1)).toEqual([true, true, false, true]);
  });

  it('is that of the directory above one that has still to be made', async () => {
    const there = await diskOf(tmpdir());
    const missing = await diskOf(join(tmpdir(), 'not', 'made', 'yet'));
    expect(missing.id).toBe(there.id);
    expect(missing.freeBytes).toBeGreaterThan(0);
  });
});
