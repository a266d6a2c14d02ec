import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { FrameType } from './frame.js';
import { Segment } from './segment.js';
import { SegmentChain } from './segment-chain.js';
import { fileMethods } from './testing/file-methods.js';

const options = { segmentBytes: 64 * 1024, maxBytes: 512 * 1024 };

let dir: string;
let chain: SegmentChain;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'spool-'));
  chain = await SegmentChain.open(dir, options, [], 0);
  await chain.prepareSpares();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await chain.close();
  rmSync(dir, { recursive: true, force: true });
});

const isThere = (index: number): boolean => existsSync(Segment.pathOf(dir, index));

/** A disk on which each fdatasync takes until it is let go. */
async function slowDisk(): Promise<{ begun: Promise<void>; letGo: () => void }> {
  const methods = await fileMethods();
  const { datasync } = methods;
  let begin = (): void => undefined;
  let letGo = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  jest.spyOn(methods, 'datasync').mockImplementation(async function (this: FileHandle) {
    begin();
    await gate;
    return datasync.call(this);
  });
  return { begun, letGo };
}

describe('SegmentChain', () => {
  it('keeps a settled segment until the next has on disk what it carried over, also while that is being synced', async () => {
    chain.append(FrameType.Close, 'settled');
    chain.write();
    await chain.sync();
    chain.rotate(1);
    chain.append(FrameType.Open, 'carried over');
    chain.carriedOver();
    chain.write();
    const { begun, letGo } = await slowDisk();
    const synced = chain.sync();
    await begun;
    chain.trim(1);
    await chain.prepareSpares();
    expect(isThere(1)).toBe(true);
    letGo();
    await synced;
    await eventually(() => expect(isThere(1)).toBe(false));
    expect(isThere(2)).toBe(true);
  });

  it('keeps a settled segment while the next has not carried over everything', async () => {
    chain.append(FrameType.Close, 'settled');
    chain.write();
    await chain.sync();
    chain.rotate(1);
    chain.append(FrameType.Open, 'one of two');
    chain.write();
    await chain.sync();
    chain.trim(1);
    await chain.prepareSpares();
    expect(isThere(1)).toBe(true);
    chain.append(FrameType.Open, 'two of two');
    chain.carriedOver();
    chain.write();
    await chain.sync();
    await eventually(() => expect(isThere(1)).toBe(false));
  });

  it('does not take a sync that failed for one that was done', async () => {
    chain.append(FrameType.Close, 'settled');
    chain.write();
    await chain.sync();
    chain.rotate(1);
    chain.append(FrameType.Open, 'carried over');
    chain.carriedOver();
    chain.write();
    jest.spyOn(await fileMethods(), 'datasync').mockRejectedValueOnce(new Error('EIO'));
    await expect(chain.sync()).rejects.toThrow('EIO');
    chain.trim(1);
    await chain.prepareSpares();
    expect(isThere(1)).toBe(true);
  });

  it('is not on disk with what was written while its sync was under way', async () => {
    const segment = await Segment.create(dir, 99, options.segmentBytes);
    segment.append(FrameType.Open, 'before');
    segment.write();
    const end = segment.end;
    const { begun, letGo } = await slowDisk();
    const synced = segment.sync();
    await begun;
    segment.append(FrameType.Open, 'meanwhile');
    segment.write();
    letGo();
    await synced;
    expect([segment.isOnDisk(end), segment.isOnDisk()]).toEqual([true, false]);
    await segment.close();
  });

  it('removes everything oldest first, so that a crash in between leaves no open without its close', async () => {
    chain.append(FrameType.Close, 'settled');
    chain.rotate(1);
    await chain.prepareSpares();
    const left: number[][] = [];
    const methods = await fileMethods();
    const { sync } = methods;
    jest.spyOn(methods, 'sync').mockImplementation(function (this: FileHandle) {
      left.push([1, 2, 3].filter(isThere));
      return sync.call(this);
    });
    await chain.removeAll();
    expect(left).toEqual([[2, 3], [3], []]);
  });
});
