import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { requestRecordSchema } from '@modelbridge/contracts/events';
import { eventually } from '@modelbridge/testing-kit';
import { closeAbandoned } from './adoption.js';
import { SpoolFullError } from './errors.js';
import type { Journal } from './journal.js';
import { closeFacts, openFacts } from './testing/facts.js';
import { fileMethods } from './testing/file-methods.js';
import { Journals } from './testing/journals.js';

const options = {
  segmentBytes: 64 * 1024,
  maxBytes: 512 * 1024,
  reservedBytesPerOpenRequest: 4096,
};
const epoch = '0198c0de-0000-7000-8000-000000000001';

const journals = new Journals(options);
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spool-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await journals.stop();
  rmSync(root, { recursive: true, force: true });
});

const onePerToken = (
  _price: string,
  counts: { inputTokens: number; outputTokens: number },
): bigint => BigInt(counts.inputTokens + counts.outputTokens);

const everything = { maxRecords: Infinity, maxBytes: Infinity };

async function recordsOf(journal: Journal): Promise<Record<string, unknown>[]> {
  const closed = await journal.readClosed(1, everything);
  return closed.map(({ record }) => JSON.parse(record.toString()) as Record<string, unknown>);
}

/** What a process that is killed now leaves behind. */
const written = (journal: Journal): Promise<Error | null> =>
  new Promise((resolve) => journal.written(resolve));

// Small segments fill faster than a busy disk makes the next: those who refill them try again.
describe('Journal', () => {
  it('gives closes a gapless sequence in the order in which they were appended', async () => {
    const journal = await journals.create(root, epoch);
    const requests = Array.from({ length: 20 }, () => openFacts());
    for (const facts of requests) journal.begin(facts);
    for (const { requestId } of requests.reverse()) journal.close(requestId, closeFacts());
    await journal.sync();
    const records = await recordsOf(journal);
    expect(records.map((record) => record.sequence)).toEqual(requests.map((_, index) => index + 1));
    expect(records.map((record) => record.requestId)).toEqual(
      requests.map((facts) => facts.requestId),
    );
  });

  it('writes records that the event schema accepts, metadata only', async () => {
    const journal = await journals.create(root, epoch);
    const facts = openFacts();
    journal.begin(facts);
    const closed = journal.close(facts.requestId, closeFacts());
    expect(() =>
      requestRecordSchema.strict().parse(JSON.parse(String(closed?.record))),
    ).not.toThrow();
  });

  it('closes a request once, however often it is told to', async () => {
    const journal = await journals.create(root, epoch);
    const facts = openFacts();
    journal.begin(facts);
    expect(journal.close(facts.requestId, closeFacts())).not.toBeNull();
    expect(journal.close(facts.requestId, closeFacts())).toBeNull();
    expect(journal.lastSequence).toBe(1);
  });

  it('says a record is durable only after its fdatasync', async () => {
    const journal = await journals.create(root, epoch);
    const facts = openFacts();
    journal.begin(facts);
    journal.close(facts.requestId, closeFacts());
    expect(journal.durableSequence).toBe(0);
    expect(await recordsOf(journal)).toEqual([]);
    await journal.sync();
    expect(journal.durableSequence).toBe(1);
  });

  it('writes at the end of the turn, and calls back only then', async () => {
    const journal = await journals.create(root, epoch);
    const path = join(journal.dir, readdirSync(journal.dir).sort()[0] ?? '');
    const facts = openFacts();
    const isOnDisk = (): boolean => readFileSync(path).includes(facts.requestId);
    journal.begin(facts);
    const seen = new Promise<boolean>((resolve) => journal.written(() => resolve(isOnDisk())));
    expect(isOnDisk()).toBe(false);
    expect(await seen).toBe(true);
  });

  it('tells those who wait when the disk takes no writes, and takes nothing more', async () => {
    const journal = await journals.create(root, epoch);
    // Its files are closed now: as good as a disk that is gone.
    await journal.stop();
    journal.begin(openFacts());
    expect(await written(journal)).toBeInstanceOf(Error);
    expect(() => journal.begin(openFacts())).toThrow(SpoolFullError);
    await expect(journal.sync()).rejects.toThrow();
  });

  it('keeps nothing more after a failed fdatasync, and the next process goes on from what was written', async () => {
    const failed = await journals.create(root, epoch);
    const before = openFacts();
    failed.begin(before);
    jest.spyOn(await fileMethods(), 'datasync').mockRejectedValueOnce(new Error('EIO'));
    await expect(failed.sync()).rejects.toThrow('EIO');
    expect(await failed.failure).toMatchObject({ message: 'EIO' });
    // The disk may answer again, and still have lost what it was given.
    await expect(failed.sync()).rejects.toThrow('EIO');
    failed.close(before.requestId, closeFacts());
    expect(await written(failed)).toMatchObject({ message: 'EIO' });
    expect(() => failed.begin(openFacts())).toThrow(SpoolFullError);
    expect(() => failed.allowanceGranted(newId('allowance'))).toThrow(SpoolFullError);
    await failed.stop();
    const { journal } = await journals.recover(failed.dir, epoch);
    expect([journal.openCount, journal.lastSequence, journal.allowances.size]).toEqual([1, 0, 0]);
  });

  it('after a crash charges nothing for a request that delivered nothing', async () => {
    const crashed = await journals.create(root, epoch);
    crashed.begin(openFacts());
    await written(crashed);
    const { journal } = await journals.recover(crashed.dir, epoch);
    expect(await closeAbandoned(journal, Date.now(), onePerToken)).toBe(1);
    await journal.sync();
    expect(await recordsOf(journal)).toMatchObject([
      { sequence: 1, costNanoUsd: '0', outcome: 'crashed', outputTokens: 0, estimated: false },
    ]);
  });

  it('after a crash charges what was delivered, by what the upstream reported, marked estimated', async () => {
    const crashed = await journals.create(root, epoch);
    const counted = openFacts();
    const reported = openFacts();
    crashed.begin(counted);
    crashed.begin(reported);
    crashed.progress(counted.requestId, { bytes: 900, frames: 9, estimatedOutputTokens: 30 });
    crashed.progress(reported.requestId, {
      bytes: 900,
      frames: 9,
      estimatedOutputTokens: 30,
      reported: { inputTokens: 100, outputTokens: 1 },
    });
    const { journal } = await journals.recover(crashed.dir, epoch);
    await closeAbandoned(journal, Date.now(), onePerToken);
    await journal.sync();
    expect(await recordsOf(journal)).toMatchObject([
      { requestId: counted.requestId, costNanoUsd: '40', estimated: true, inputTokens: 10 },
      { requestId: reported.requestId, costNanoUsd: '130', estimated: true, inputTokens: 100 },
    ]);
  });

  it('never charges a crashed request above what it reserved', async () => {
    const crashed = await journals.create(root, epoch);
    const facts = openFacts({ reservedNanoUsd: 7n });
    crashed.begin(facts);
    crashed.progress(facts.requestId, { bytes: 1, frames: 1, estimatedOutputTokens: 1_000 });
    const { journal } = await journals.recover(crashed.dir, epoch);
    await closeAbandoned(journal, Date.now(), onePerToken);
    await journal.sync();
    expect(await recordsOf(journal)).toMatchObject([{ costNanoUsd: '7' }]);
  });

  it('forgets a torn last write, keeps everything before it and goes on after it', async () => {
    const crashed = await journals.create(root, epoch);
    const facts = openFacts();
    crashed.begin(facts);
    crashed.close(facts.requestId, closeFacts());
    await crashed.stop();
    const path = join(crashed.dir, readdirSync(crashed.dir).sort()[0] ?? '');
    const bytes = readFileSync(path);
    const end = bytes.findLastIndex((byte) => byte !== 0);
    bytes.fill(0xee, end + 1, end + 40);
    writeFileSync(path, bytes);
    const first = await journals.recover(crashed.dir, epoch);
    expect(first.damaged).toBe(0);
    expect(first.journal.lastSequence).toBe(1);
    const again = await journals.recover(crashed.dir, epoch);
    expect(again.damaged).toBe(0);
    expect(await recordsOf(again.journal)).toHaveLength(1);
  });

  it('detects a flipped bit: the damaged close is not published, and the file is kept for a person', async () => {
    const crashed = await journals.create(root, epoch);
    for (const facts of [openFacts(), openFacts()]) {
      crashed.begin(facts);
      crashed.close(facts.requestId, closeFacts());
    }
    await crashed.stop();
    const path = join(crashed.dir, readdirSync(crashed.dir).sort()[0] ?? '');
    const bytes = readFileSync(path);
    const at = bytes.indexOf('"costNanoUsd":"1000"');
    bytes.write('9', at + '"costNanoUsd":"'.length);
    writeFileSync(path, bytes);
    const { journal, damaged } = await journals.recover(crashed.dir, epoch);
    expect(damaged).toBe(1);
    expect(await recordsOf(journal)).toEqual([]);
    expect(journal.openCount).toBe(1);
    const copy = readdirSync(root).find((name) => name.endsWith('.damaged')) ?? '';
    expect(readFileSync(join(root, copy))).toEqual(bytes);
  });

  it('cuts a damaged segment off only once its copy is on disk', async () => {
    const crashed = await journals.create(root, epoch);
    for (const facts of [openFacts(), openFacts()]) crashed.begin(facts);
    await crashed.stop();
    const path = join(crashed.dir, readdirSync(crashed.dir).sort()[0] ?? '');
    const bytes = readFileSync(path);
    bytes.write('!', bytes.indexOf('"requestId"'));
    writeFileSync(path, bytes);
    jest.spyOn(await fileMethods(), 'sync').mockRejectedValueOnce(new Error('EIO'));
    await expect(journals.recover(crashed.dir, epoch)).rejects.toThrow('EIO');
    expect(readFileSync(path)).toEqual(bytes);
    expect((await journals.recover(crashed.dir, epoch)).damaged).toBe(1);
  });

  it('removes segments up to the watermark only, and one long stream does not pin them', async () => {
    const journal = await journals.create(root, epoch);
    const long = openFacts();
    journal.begin(long);
    journal.progress(long.requestId, { bytes: 5, frames: 1, estimatedOutputTokens: 2 });
    const churn = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done++) {
        const facts = openFacts();
        await eventually(() => journal.begin(facts));
        journal.close(facts.requestId, closeFacts());
        await journal.sync();
      }
    };
    await churn(150);
    const grown = journal.bytes;
    expect(grown).toBeGreaterThan(options.segmentBytes * 3);
    expect(await recordsOf(journal)).toHaveLength(150);
    journal.settled(150);
    await churn(1);
    await eventually(() => expect(journal.bytes).toBeLessThan(grown));
    await journal.stop();
    const { journal: recovered } = await journals.recover(journal.dir, epoch);
    expect(recovered.lastSequence).toBe(151);
    expect(await closeAbandoned(recovered, Date.now(), onePerToken)).toBe(1);
    await recovered.sync();
    expect((await recordsOf(recovered)).at(-1)).toMatchObject({
      requestId: long.requestId,
      sequence: 152,
    });
  });

  it('refuses new requests when full, and still closes every open one', async () => {
    const journal = await journals.create(root, epoch, { maxBytes: 128 * 1024 });
    const open: string[] = [];
    const fill = (): void => {
      for (;;) {
        const facts = openFacts();
        journal.begin(facts);
        open.push(facts.requestId);
      }
    };
    expect(fill).toThrow(SpoolFullError);
    expect(open.length).toBeGreaterThan(10);
    for (const requestId of open) {
      journal.progress(requestId, { bytes: 1, frames: 1, estimatedOutputTokens: 1 });
    }
    for (const requestId of open) expect(journal.close(requestId, closeFacts())).not.toBeNull();
    await journal.sync();
    expect(journal.durableSequence).toBe(open.length);
  });

  it('control: without the reserve an open request could not be closed', async () => {
    const journal = await journals.create(root, epoch, {
      maxBytes: 128 * 1024,
      reservedBytesPerOpenRequest: 0,
    });
    const open: string[] = [];
    const fill = (): void => {
      for (;;) {
        const facts = openFacts();
        journal.begin(facts);
        open.push(facts.requestId);
      }
    };
    expect(fill).toThrow();
    expect(() => open.forEach((requestId) => journal.close(requestId, closeFacts()))).toThrow();
  });

  it('keeps exact totals of allowances across segments and crashes until they are closed', async () => {
    const journal = await journals.create(root, epoch);
    const allowanceId = newId('allowance');
    const unused = newId('allowance');
    journal.allowanceGranted(allowanceId);
    journal.allowanceGranted(unused);
    for (let done = 0; done < 150; done++) {
      const facts = openFacts({ allowanceId });
      await eventually(() => journal.begin(facts));
      journal.close(facts.requestId, closeFacts({ costNanoUsd: 7n }));
      await journal.sync();
    }
    journal.settled(150);
    const { journal: recovered } = await journals.recover(journal.dir, epoch);
    expect([...recovered.allowances]).toEqual([
      [allowanceId, 1050n],
      [unused, 0n],
    ]);
    recovered.allowanceClosed(allowanceId);
    await recovered.sync();
    const { journal: again } = await journals.recover(journal.dir, epoch);
    expect([...again.allowances.keys()]).toEqual([unused]);
  });
});
