import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { eventually, patienceMs } from '@modelbridge/testing-kit';
import { lockDirectory } from './directory-lock.js';
import {
  type Adoption,
  Spool,
  SpoolFullError,
  type SpoolOptions,
  type UsageBatch,
} from './spool.js';
import { closeFacts, openFacts } from './testing/facts.js';
import { fileMethods } from './testing/file-methods.js';
import { Journals } from './testing/journals.js';

const epoch = '0198c0de-0000-7000-8000-000000000003';
const journals = new Journals({
  segmentBytes: 64 * 1024,
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

/** A spool whose ledger settles whatever is published. */
async function openSpool(
  over: Partial<SpoolOptions> & {
    onEpochEnd?: (epoch: string, own: boolean) => Promise<void>;
  } = {},
): Promise<{
  spool: Spool;
  published: Record<string, unknown>[];
  adoptions: Adoption[];
  failures: [epoch: string, error: unknown][];
}> {
  const published: Record<string, unknown>[] = [];
  const adoptions: Adoption[] = [];
  const failures: [epoch: string, error: unknown][] = [];
  let ready = (_spool: Spool): void => undefined;
  const opened = new Promise<Spool>((resolve) => (ready = resolve));
  const spool = await Spool.open({
    dir,
    segmentBytes: 64 * 1024,
    priceOf: (_price, counts) => BigInt(counts.outputTokens),
    publish: async (batch: UsageBatch) => {
      for (const record of batch.records) {
        published.push(JSON.parse(record.toString()) as Record<string, unknown>);
      }
      void opened.then((open) => open.settledUpTo(batch.epoch, batch.lastSequence));
    },
    ...over,
  });
  ready(spool);
  spool.onAdopted((adoption) => adoptions.push(adoption));
  spool.onAdoptionFailed((failed, error) => failures.push([failed, error]));
  spool.onEpochEnd(over.onEpochEnd ?? (() => Promise.resolve()));
  await spool.start();
  return { spool, published, adoptions, failures };
}

describe('Spool', () => {
  it('publishes each closed request and leaves nothing behind when everything is settled', async () => {
    const { spool, published } = await openSpool();
    const facts = openFacts();
    const entry = spool.begin(facts);
    await entry.durable;
    entry.progress({ bytes: 1, frames: 1, estimatedOutputTokens: 1 });
    entry.close(closeFacts());
    await spool.close(patienceMs);
    expect(published).toMatchObject([{ requestId: facts.requestId, sequence: 1 }]);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('keeps within maxBytes, refuses what has no room, and takes requests again once some is settled', async () => {
    const maxBytes = 1024 * 1024;
    const { spool } = await openSpool({
      segmentBytes: undefined,
      maxBytes,
      publish: async () => undefined,
    });
    let closed = 0;
    await expect(
      (async () => {
        for (;;) {
          const entry = spool.begin(openFacts());
          entry.close(closeFacts());
          closed += 1;
          await entry.durable;
        }
      })(),
    ).rejects.toBeInstanceOf(SpoolFullError);
    expect(spool.figures.bytes).toBeLessThanOrEqual(maxBytes);
    expect(spool.figures.bytes).toBeGreaterThan(maxBytes / 2);
    spool.settledUpTo(spool.epoch, closed);
    await eventually(() => spool.begin(openFacts()).close(closeFacts()));
    await spool.close(0);
  });

  it('says what is not settled, and takes nothing while that waits for too long', async () => {
    const clock = jest.spyOn(performance, 'now');
    // Whole: sums and differences of fractions are not exact.
    const started = Math.ceil(performance.now());
    const { spool } = await openSpool({
      publish: async () => undefined,
      unsettledMaxAgeMs: 60_000,
    });
    expect(spool.unsettled).toEqual([]);
    spool.begin(openFacts()).close(closeFacts());
    clock.mockReturnValue(started + 50_000);
    spool.begin(openFacts()).close(closeFacts());
    clock.mockReturnValue(started + 90_000);
    const unsettled = { epoch: spool.epoch, oldestSequence: 1, lastSequence: 2 };
    expect(spool.unsettled).toMatchObject([unsettled]);
    expect(spool.unsettled[0]?.oldestAgeMs).toBeGreaterThan(60_000);
    expect(() => spool.begin(openFacts())).toThrow(SpoolFullError);
    spool.settledUpTo(spool.epoch, 1);
    expect(spool.unsettled).toMatchObject([{ oldestSequence: 2, oldestAgeMs: 40_000 }]);
    spool.begin(openFacts()).close(closeFacts());
    clock.mockRestore();
    await spool.close(0);
  });

  it('keeps what the ledger has not settled, for the next gateway to adopt', async () => {
    const deaf = await openSpool({ publish: async () => undefined });
    deaf.spool.begin(openFacts()).close(closeFacts());
    await deaf.spool.close(50);
    expect(readdirSync(dir)).toHaveLength(1);
    const { spool, published, adoptions } = await openSpool();
    await spool.close(patienceMs);
    expect(adoptions).toMatchObject([{ abandoned: 0, damagedSegments: 0 }]);
    expect(published).toHaveLength(1);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('adopts every directory that nobody holds, also of several dead gateways, and closes what they left open', async () => {
    const dead = [epoch, epoch.replace(/3$/, '4')];
    for (const each of dead) {
      const journal = await journals.create(dir, each);
      const delivered = openFacts();
      journal.begin(delivered);
      journal.progress(delivered.requestId, { bytes: 10, frames: 1, estimatedOutputTokens: 3 });
      journal.begin(openFacts());
      await journal.sync();
    }
    const { spool, published, adoptions } = await openSpool();
    await spool.close(patienceMs);
    expect(adoptions.map((adoption) => adoption.epoch).sort()).toEqual(dead);
    expect(adoptions.map(({ abandoned }) => abandoned)).toEqual([2, 2]);
    expect(published.map((record) => record.costNanoUsd).sort()).toEqual(['0', '0', '3', '3']);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('leaves a directory alone that a living gateway holds', async () => {
    const journal = await journals.create(dir, epoch);
    journal.begin(openFacts());
    await journal.sync();
    const lock = lockDirectory(journal.dir);
    const { spool, adoptions } = await openSpool();
    await spool.close(patienceMs);
    expect(adoptions).toEqual([]);
    expect(readdirSync(dir)).toEqual([epoch]);
    lock?.release();
  });

  it('keeps an adopted directory until its allowances are closed with billing', async () => {
    const journal = await journals.create(dir, epoch);
    const allowanceId = newId('allowance');
    journal.allowanceGranted(allowanceId);
    await journal.sync();
    const first = await openSpool();
    expect([...(first.adoptions[0]?.allowances ?? [])]).toEqual([[allowanceId, 0n]]);
    await first.spool.close(50);
    expect(readdirSync(dir)).toEqual([epoch]);
    const second = await openSpool();
    second.adoptions[0]?.allowanceClosed(allowanceId);
    await second.spool.close(patienceMs);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('lets go of an adopted directory whose journal fails, and adopts it again', async () => {
    const dead = await journals.create(dir, epoch);
    const allowanceId = newId('allowance');
    dead.allowanceGranted(allowanceId);
    dead.begin(openFacts());
    await dead.sync();
    const { datasync } = await fileMethods();
    const { spool, adoptions, failures } = await openSpool({
      publish: async () => undefined,
      resendAfterMs: 100,
    });
    const disk = jest.spyOn(await fileMethods(), 'datasync').mockRejectedValue(new Error('EIO'));
    adoptions[0]?.allowanceClosed(allowanceId);
    await eventually(() => expect(failures).toMatchObject([[epoch, { message: 'EIO' }]]));
    disk.mockImplementation(datasync);
    await eventually(() => expect(adoptions).toHaveLength(2));
    expect(spool.figures.unsettled).toBe(1);
    await spool.close(0);
  });

  it('takes no handler any more that may have missed something', async () => {
    const { spool } = await openSpool();
    expect(() => spool.onAdopted(() => undefined)).toThrow('has started');
    await spool.close();
  });

  describe('the end of an epoch', () => {
    async function deadGateway(): Promise<void> {
      const journal = await journals.create(dir, epoch);
      journal.begin(openFacts());
      await journal.sync();
    }

    it('is told once everything of a dead gateway is settled, and only then is its directory removed', async () => {
      await deadGateway();
      const ended: { epoch: string; own: boolean; published: number; kept: boolean }[] = [];
      const opened = openSpool({
        onEpochEnd: async (each, own) => {
          const { published } = await opened;
          ended.push({
            epoch: each,
            own,
            published: published.length,
            kept: existsSync(join(dir, each)),
          });
        },
      });
      const { spool } = await opened;
      await eventually(() => expect(existsSync(join(dir, epoch))).toBe(false));
      expect(ended).toEqual([{ epoch, own: false, published: 1, kept: true }]);
      await spool.close(patienceMs);
      expect(ended.at(-1)).toMatchObject({ epoch: spool.epoch, own: true, kept: true });
      expect(readdirSync(dir)).toEqual([]);
    });

    it('is told again, also by the next gateway, as long as it is not taken', async () => {
      await deadGateway();
      let refusals = 0;
      const refuse = (): Promise<void> => Promise.reject(new Error(`no ${(refusals += 1)}`));
      const first = await openSpool({ onEpochEnd: refuse });
      await eventually(() => expect(refusals).toBeGreaterThan(1));
      await first.spool.close();
      expect(readdirSync(dir).sort()).toEqual([epoch, first.spool.epoch].sort());
      const ended: string[] = [];
      const second = await openSpool({
        onEpochEnd: (each) => Promise.resolve(void ended.push(each)),
      });
      await eventually(() => expect([...ended].sort()).toEqual([epoch, first.spool.epoch].sort()));
      await second.spool.close(patienceMs);
      expect(readdirSync(dir)).toEqual([]);
    });

    it('is not told where damage may have lost records', async () => {
      const journal = await journals.create(dir, epoch);
      journal.begin(openFacts());
      journal.begin(openFacts());
      await journal.sync();
      const segment = join(dir, epoch, readdirSync(join(dir, epoch)).sort()[0] ?? '');
      const bytes = readFileSync(segment);
      bytes[20] = (bytes[20] ?? 0) ^ 1;
      writeFileSync(segment, bytes);
      const ended: string[] = [];
      const { spool, adoptions } = await openSpool({
        onEpochEnd: (each) => Promise.resolve(void ended.push(each)),
      });
      expect(adoptions).toMatchObject([{ damagedSegments: 1 }]);
      await spool.close(patienceMs);
      expect(ended).toEqual([spool.epoch]);
      // The copy waits for a person.
      expect(readdirSync(dir)).toEqual([expect.stringMatching(/\.damaged$/)]);
    });
  });
});
