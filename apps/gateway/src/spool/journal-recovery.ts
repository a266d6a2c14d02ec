import { readdirSync } from 'node:fs';
import { readdir, truncate } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { copyForGood } from './durable-files.js';
import { applyFrame, emptyState, type JournalState } from './journal-state.js';
import type { Segment } from './segment.js';
import { isUnusedFrom, slicesOf } from './segment-reader.js';

export interface SegmentOnDisk {
  index: number;
  path: string;
  /** The last sequence that was used when this segment ended. */
  lastSequence: number;
  /** Null for a segment of an earlier process. */
  segment: Segment | null;
  /** Up to this offset it restates what those before it say of what is open: they are not needed for that. */
  carriedOverTo: number;
}

const copySuffix = '.damaged';

/** Beside the epoch's directory, which is removed when the ledger has what could be read. */
function damagedCopyOf(dir: string, name: string): string {
  return join(dirname(dir), `${basename(dir)}.${name}${copySuffix}`);
}

/** Whether damage was ever found in the directory of an epoch. */
export function hasDamagedCopies(dir: string): boolean {
  const epoch = basename(dir);
  return readdirSync(dirname(dir)).some(
    (name) => name.startsWith(`${epoch}.`) && name.endsWith(copySuffix),
  );
}

/**
 * Adds up what a dead gateway left. A torn last write is cut off; a segment with more damage than
 * that is counted and a copy kept until a person removes it.
 */
export async function readJournal(
  dir: string,
  signal?: AbortSignal,
): Promise<{ state: JournalState; segments: SegmentOnDisk[]; damaged: number }> {
  const state = emptyState();
  const segments: SegmentOnDisk[] = [];
  let damaged = 0;
  const names = (await readdir(dir)).filter((name) => name.endsWith('.segment'));
  for (const name of names.sort()) {
    const path = join(dir, name);
    for await (const { frames, next, end, behind } of slicesOf(path)) {
      signal?.throwIfAborted();
      for (const frame of frames) applyFrame(state, frame);
      if (next !== 'broken') continue;
      if (!(await isUnusedFrom(path, behind))) {
        damaged++;
        await copyForGood(path, damagedCopyOf(dir, name));
      }
      await truncate(path, end);
    }
    const index = parseInt(name, 10);
    const { lastSequence } = state;
    // Its process may have died before it had carried everything over.
    segments.push({ index, path, lastSequence, segment: null, carriedOverTo: Infinity });
  }
  return { state, segments, damaged };
}
