import * as realFs from 'node:fs';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import fc from 'fast-check';
import { fileMethods } from './testing/file-methods.js';
import { closeFacts, openFacts } from './testing/facts.js';
import { actions, JournalRun } from './testing/journal-run.js';
import type { UsageBatch } from './publisher.js';

/** Calls that hold the event loop up while they read. */
const synchronous = ['readSync', 'readFileSync', 'readvSync', 'copyFileSync'] as const;
const blocking: string[] = [];
jest.unstable_mockModule('node:fs', () => ({
  ...realFs,
  ...Object.fromEntries(
    synchronous.map((name) => [
      name,
      (...args: never[]) => {
        blocking.push(name);
        return (realFs[name] as (...args: never[]) => unknown)(...args);
      },
    ]),
  ),
}));
const { Journals } = await import('./testing/journals.js');
const { closeAbandoned } = await import('./adoption.js');
const { Publisher } = await import('./publisher.js');
type Journal = Awaited<ReturnType<InstanceType<typeof Journals>['create']>>;

const epoch = '0198c0de-0000-7000-8000-000000000005';
const journals = new Journals({
  segmentBytes: 256 * 1024,
  maxBytes: 1 << 30,
  reservedBytesPerOpenRequest: 1024,
});
const bounds = { maxRecords: 200, maxBytes: 512 * 1024 };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spool-'));
  blocking.length = 0;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await journals.stop();
  rmSync(root, { recursive: true, force: true });
});

/** Closes requests until there are so many segments; the ids in their order. */
async function fill(journal: Journal, segments: number): Promise<string[]> {
  const ids: string[] = [];
  while (journal.bytes < segments * 256 * 1024) {
    const facts = openFacts();
    await eventually(() => journal.begin(facts));
    journal.close(facts.requestId, closeFacts());
    ids.push(facts.requestId);
    if (ids.length % 50 === 0) await journal.sync();
  }
  await journal.sync();
  return ids;
}

/** The sizes of all reads from here on. */
async function watchReads(): Promise<number[]> {
  const sizes: number[] = [];
  const methods = await fileMethods();
  const read = methods.read as (...args: unknown[]) => Promise<{ bytesRead: number }>;
  jest.spyOn(methods, 'read').mockImplementation(async function (
    this: FileHandle,
    ...args: unknown[]
  ) {
    const result = await read.apply(this, args);
    sizes.push(result.bytesRead);
    return result as never;
  });
  return sizes;
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

const bytesOnDisk = (journal: Journal): number =>
  sum(readdirSync(journal.dir).map((name) => statSync(join(journal.dir, name)).size));

const requestIdOf = ({ record }: { record: Buffer }): string =>
  (JSON.parse(record.toString()) as { requestId: string }).requestId;

describe('catching up', () => {
  it('reads a backlog about once, in small pieces, and never synchronously', async () => {
    const journal = await journals.create(root, epoch);
    const ids = await fill(journal, 10);
    const sizes = await watchReads();
    const found: string[] = [];
    for (let next = 1; next <= journal.lastSequence; next = found.length + 1) {
      found.push(...(await journal.readClosed(next, bounds)).map(requestIdOf));
    }
    expect(found).toEqual(ids);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
    expect(sum(sizes)).toBeLessThan(1.5 * bytesOnDisk(journal));
    expect(blocking).toEqual([]);
  });

  it('does so also where it begins behind the watermark', async () => {
    const journal = await journals.create(root, epoch);
    const ids = await fill(journal, 4);
    const sent: string[] = [];
    const publisher = new Publisher(journal, async (batch: UsageBatch) => {
      sent.push(...batch.records.map((record) => requestIdOf({ record })));
    });
    publisher.start();
    await eventually(() => expect(sent).toEqual(ids));
    const sizes = await watchReads();
    publisher.goBack();
    await eventually(() => expect(sent).toEqual([...ids, ...ids]));
    await publisher.stop();
    expect(sum(sizes)).toBeLessThan(1.5 * bytesOnDisk(journal));
    expect(blocking).toEqual([]);
  });

  it('replays a dead gateway in small pieces too, and closes what it left open', async () => {
    const dead = await journals.create(root, epoch);
    await fill(dead, 4);
    const open = Array.from({ length: 150 }, () => openFacts());
    for (const facts of open) await eventually(() => dead.begin(facts));
    await dead.sync();
    const onDisk = bytesOnDisk(dead);
    await journals.stop();
    const sizes = await watchReads();
    const { journal } = await journals.recover(dead.dir, epoch);
    expect(await closeAbandoned(journal, Date.now(), () => 0n)).toBe(150);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
    expect(sum(sizes)).toBeLessThanOrEqual(onDisk);
    expect(blocking).toEqual([]);
  });

  it('finds every record once and in order, whatever is closed, settled and rotated meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(actions, async (played) => {
        const journal = await journals.create(mkdtempSync(join(root, 'run-')), epoch);
        const run = new JournalRun(journal, async (crashed) => {
          await crashed.stop();
          return (await journals.recover(crashed.dir, epoch)).journal;
        });
        await run.play(played);
        await journals.stop();
      }),
      { numRuns: 40 },
    );
  });
});
