import { readdirSync, truncateSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { copyForGood } from './durable-files.js';
import { decodeFrames } from './frame.js';
import { applyFrame, emptyState, type JournalState } from './journal-state.js';
import { Segment } from './segment.js';

export interface SegmentOnDisk {
  index: number;
  path: string;
  /** The last sequence that was used when this segment ended. */
  lastSequence: number;
  /** Null for a segment of an earlier process. */
  segment: Segment | null;
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
export async function readJournal(dir: string): Promise<{
  state: JournalState;
  segments: SegmentOnDisk[];
  damaged: number;
}> {
  const state = emptyState();
  const segments: SegmentOnDisk[] = [];
  let damaged = 0;
  const names = readdirSync(dir).filter((name) => name.endsWith('.segment'));
  for (const name of names.sort()) {
    const path = join(dir, name);
    const { frames, end, tail } = decodeFrames(Segment.read(path));
    if (tail === 'damaged') {
      damaged++;
      await copyForGood(path, damagedCopyOf(dir, name));
    }
    if (tail !== 'clean') truncateSync(path, end);
    for (const frame of frames) applyFrame(state, frame);
    const { lastSequence } = state;
    segments.push({ index: parseInt(name, 10), path, lastSequence, segment: null });
  }
  return { state, segments, damaged };
}
