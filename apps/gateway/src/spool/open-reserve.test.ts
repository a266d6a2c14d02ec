import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { spoolBounds } from './bounds.js';
import type { Journal } from './journal.js';
import { Spool } from './spool.js';
import { closeFacts, openFacts } from './testing/facts.js';
import { Journals } from './testing/journals.js';

const segmentBytes = 64 * 1024;
const reservedBytesPerOpenRequest = 4 * 1024;
const epoch = '0198c0de-0000-7000-8000-000000000007';

const journals = new Journals({ segmentBytes, maxBytes: 1 << 20, reservedBytesPerOpenRequest });
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spool-'));
});
afterEach(async () => {
  await journals.stop();
  rmSync(root, { recursive: true, force: true });
});

/** Opens requests as fast as the disk makes room for them. */
async function openMany(journal: Journal, count: number): Promise<string[]> {
  const opened: string[] = [];
  while (opened.length < count) {
    const facts = openFacts();
    await eventually(() => journal.begin(facts));
    opened.push(facts.requestId);
  }
  return opened;
}

describe('the room for open requests', () => {
  it('grows with their number, and every one of them can be closed', async () => {
    const journal = await journals.create(root, epoch);
    const opened = await openMany(journal, 64);
    expect(journal.bytes).toBeGreaterThan(64 * reservedBytesPerOpenRequest);
    for (const requestId of opened) journal.close(requestId, closeFacts());
    await journal.sync();
    expect(journal.error).toBeNull();
    expect(journal.durableSequence).toBe(64);
  });

  it('is there before it is needed: as many as fit into a segment open in one turn', async () => {
    const journal = await journals.create(root, epoch);
    const atOnce = segmentBytes / reservedBytesPerOpenRequest;
    await openMany(journal, 3 * atOnce);
    await eventually(() => expect(journal.bytes).toBeGreaterThanOrEqual(5 * segmentBytes));
    expect(() => {
      for (let count = 0; count < atOnce; count += 1) journal.begin(openFacts());
    }).not.toThrow();
  });

  it('is counted at half of what a spool may take', async () => {
    const maxBytes = 4 * 1024 * 1024;
    const priceOf = () => 0n;
    const spool = await Spool.open({
      dir: root,
      maxBytes,
      priceOf,
      publish: async () => undefined,
    });
    expect(spool.mostOpen).toBe(Math.floor(maxBytes / 2 / spoolBounds.reservedBytesPerOpenRequest));
    await spool.close(0);
  });
});
