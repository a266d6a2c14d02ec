import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually, patienceMs } from '@modelbridge/testing-kit';
import { Spool, type SpoolOptions, type UsageBatch } from './spool.js';
import { closeFacts, openFacts } from './testing/facts.js';
import { Journals } from './testing/journals.js';
import { bytesBelow, limitDisk } from './testing/small-disk.js';

const segmentBytes = 1024 * 1024;
const journals = new Journals({
  segmentBytes,
  maxBytes: 1 << 30,
  reservedBytesPerOpenRequest: 4096,
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spool-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await journals.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function openSpool(over: Partial<SpoolOptions> = {}): Promise<Spool> {
  let ready = (_spool: Spool): void => undefined;
  const opened = new Promise<Spool>((resolve) => (ready = resolve));
  const spool = await Spool.open({
    dir,
    segmentBytes,
    priceOf: () => 0n,
    publish: async (batch: UsageBatch) =>
      void opened.then((open) => open.settledUpTo(batch.epoch, batch.lastSequence)),
    ...over,
  });
  ready(spool);
  return spool;
}

/** What a start leaves that is killed when so many of 64 parts of its two segments are reserved. */
function killedAfter(parts: number): void {
  const epoch = join(dir, randomUUID());
  mkdirSync(epoch);
  if (parts > 0) writeFileSync(join(epoch, 'lock'), '');
  for (let left = parts, index = 1; left > 0; left -= 32, index++) {
    const path = join(epoch, `${String(index).padStart(10, '0')}.segment`);
    writeFileSync(path, '');
    truncateSync(path, (segmentBytes / 32) * Math.min(left, 32));
  }
}

describe('a gateway that starts on a small disk', () => {
  it('is not kept from it by starts that were killed at any point', async () => {
    for (let parts = 0; parts <= 64; parts++) killedAfter(parts);
    await limitDisk(dir, 3 * segmentBytes);
    const spool = await openSpool();
    expect(readdirSync(dir)).toEqual([spool.epoch]);
    await spool.start();
    spool.begin(openFacts()).close(closeFacts());
    await spool.close(patienceMs);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('removes what gateways left that died before their first request, once their end is heard', async () => {
    for (let death = 0; death < 64; death++) {
      const journal = await journals.create(dir, randomUUID(), { segmentBytes: 4096 });
      await journal.sync();
    }
    const ended: string[] = [];
    const spool = await openSpool();
    expect(bytesBelow(dir)).toBeLessThan(64 * 200 + 2 * segmentBytes);
    spool.onEpochEnd((epoch) => Promise.resolve(void ended.push(epoch)));
    await spool.start();
    expect(readdirSync(dir)).toEqual([spool.epoch]);
    expect(new Set(ended).size).toBe(64);
    await spool.close();
  });

  it('sends what dead gateways left, though there is no room for segments of full size', async () => {
    for (let death = 0; death < 4; death++) {
      const journal = await journals.create(dir, randomUUID());
      for (let each = 0; each < 100; each++) journal.begin(openFacts());
      await journal.stop();
    }
    await limitDisk(dir, 2.9 * segmentBytes);
    const published: UsageBatch[] = [];
    const spool = await openSpool({
      publish: async (batch) => {
        published.push(batch);
        spool.settledUpTo(batch.epoch, batch.lastSequence);
      },
    });
    await spool.start();
    await eventually(() => expect(readdirSync(dir)).toEqual([spool.epoch]), {
      timeoutMs: 20_000,
    });
    expect(published.flatMap(({ records }) => records)).toHaveLength(400);
    await spool.close(patienceMs);
  });

  it('says where room is missing, and how much, when there is none at all', async () => {
    const journal = await journals.create(dir, randomUUID());
    for (let each = 0; each < 100; each++) journal.begin(openFacts());
    await journal.stop();
    await limitDisk(dir, 0);
    await expect(openSpool()).rejects.toThrow(
      new RegExp(`no room in SPOOL_DIR ${dir}: .* MiB are free, a gateway needs 0.5 MiB`),
    );
  });
});
