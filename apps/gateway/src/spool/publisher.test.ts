import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import type { Journal } from './journal.js';
import { spoolBounds } from './bounds.js';
import { type Publish, Publisher, type UsageBatch } from './publisher.js';
import { closeFacts, openFacts } from './testing/facts.js';
import { Journals } from './testing/journals.js';

const journals = new Journals({
  segmentBytes: 16 * 1024 * 1024,
  maxBytes: 1 << 30,
  reservedBytesPerOpenRequest: 4096,
});
const epoch = '0198c0de-0000-7000-8000-000000000002';

let root: string;
let journal: Journal;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'spool-'));
  journal = await journals.create(root, epoch);
});
afterEach(async () => {
  await journals.stop();
  rmSync(root, { recursive: true, force: true });
});

function closeSome(publisher: Publisher, count: number): void {
  for (let done = 0; done < count; done++) {
    const facts = openFacts();
    journal.begin(facts);
    const closed = journal.close(facts.requestId, closeFacts());
    if (closed) publisher.add(closed);
  }
}

function recorder(): {
  batches: UsageBatch[];
  publish: Publish;
  until: (last: number) => Promise<void>;
} {
  const batches: UsageBatch[] = [];
  let arrived = (): void => undefined;
  return {
    batches,
    publish: async (batch) => {
      batches.push(batch);
      arrived();
    },
    until: async (last) => {
      while ((batches.at(-1)?.lastSequence ?? 0) < last) {
        await new Promise<void>((resolve) => (arrived = resolve));
      }
    },
  };
}

const sequencesOf = (batches: UsageBatch[]): number[] =>
  batches.flatMap(({ records }) =>
    records.map((record) => (JSON.parse(record.toString()) as { sequence: number }).sequence),
  );

describe('Publisher', () => {
  it('publishes nothing before its fdatasync and everything in order after', async () => {
    const { batches, publish, until } = recorder();
    const early: number[] = [];
    const publisher = new Publisher(journal, async (batch) => {
      if (batch.lastSequence > journal.durableSequence) early.push(batch.lastSequence);
      await publish(batch);
    });
    closeSome(publisher, 450);
    await until(450);
    expect(early).toEqual([]);
    expect(sequencesOf(batches)).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
    expect(batches.length).toBeLessThan(10);
    await publisher.stop();
  });

  it('sends again what JetStream did not acknowledge', async () => {
    const { batches, publish, until } = recorder();
    let failures = 2;
    const publisher = new Publisher(journal, async (batch) => {
      if (failures-- > 0) throw new Error('no acknowledgement');
      await publish(batch);
    });
    closeSome(publisher, 3);
    await journal.sync();
    await until(3);
    expect(sequencesOf(batches)).toEqual([1, 2, 3]);
    await publisher.stop();
  });

  it('goes back to the watermark when acknowledged records are not settled, under another message id', async () => {
    const { batches, publish, until } = recorder();
    const publisher = new Publisher(journal, publish, 0);
    closeSome(publisher, 3);
    await journal.sync();
    await until(3);
    publisher.settled(1);
    journal.settled(1);
    const sent = batches.length;
    publisher.tick();
    await until(3);
    await publisher.stop();
    expect(sequencesOf(batches.slice(sent))).toEqual([2, 3]);
    expect(new Set(batches.map(({ id }) => id)).size).toBe(batches.length);
  });

  it('does not take a watermark that is only repeated for progress', async () => {
    const { batches, publish, until } = recorder();
    const publisher = new Publisher(journal, publish, 50);
    closeSome(publisher, 3);
    await journal.sync();
    await until(3);
    const sent = batches.length;
    await eventually(() => {
      publisher.settled(0);
      publisher.tick();
      expect(sequencesOf(batches.slice(sent))).toEqual([1, 2, 3]);
    });
    await publisher.stop();
  });

  it('sends again less and less often while nothing is settled', async () => {
    const { batches, publish, until } = recorder();
    const publisher = new Publisher(journal, publish, 200);
    closeSome(publisher, 1);
    await journal.sync();
    await until(1);
    const since = performance.now();
    const copies = await eventually(async () => {
      publisher.tick();
      expect(batches.length).toBeGreaterThanOrEqual(4);
      return batches.length - 1;
    });
    await publisher.stop();
    // 200, 400 and 800 ms; without the growing pause it would be 600.
    expect(copies).toBe(3);
    expect(performance.now() - since).toBeGreaterThanOrEqual(1_300);
  });

  it('goes back at once when it is told that what was sent may be lost', async () => {
    const { batches, publish, until } = recorder();
    const publisher = new Publisher(journal, publish);
    closeSome(publisher, 3);
    await until(3);
    publisher.settled(1);
    journal.settled(1);
    const sent = batches.length;
    publisher.goBack();
    await eventually(() => expect(sequencesOf(batches.slice(sent))).toEqual([2, 3]));
    await publisher.stop();
  });

  it('goes back also while a batch is under way', async () => {
    const { batches, publish, until } = recorder();
    let acknowledge = (): void => undefined;
    const publisher = new Publisher(journal, async (batch) => {
      await publish(batch);
      if (batches.length === 1) await new Promise<void>((resolve) => (acknowledge = resolve));
    });
    closeSome(publisher, 3);
    await until(3);
    publisher.goBack();
    acknowledge();
    await eventually(() => expect(sequencesOf(batches)).toEqual([1, 2, 3, 1, 2, 3]));
    await publisher.stop();
  });

  it('sends nothing again once it is settled', async () => {
    const { batches, publish, until } = recorder();
    const publisher = new Publisher(journal, publish, 0);
    closeSome(publisher, 3);
    await journal.sync();
    await until(3);
    publisher.settled(3);
    journal.settled(3);
    const sent = batches.length;
    publisher.tick();
    await publisher.stop();
    expect(batches.length).toBe(sent);
  });

  it('reads back from disk what no longer is in memory', async () => {
    const { batches, publish, until } = recorder();
    const publisher = new Publisher(journal, publish);
    const count = spoolBounds.windowRecords + 50;
    closeSome(publisher, count);
    await journal.sync();
    await until(count);
    expect(sequencesOf(batches)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    await publisher.stop();
  });
});
