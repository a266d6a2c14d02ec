import { copyFileSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
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

/**
 * Adds up what a dead gateway left. A torn last write is cut off; a segment with more damage than
 * that is counted and a copy kept for a person.
 */
export function readJournal(dir: string): {
  state: JournalState;
  segments: SegmentOnDisk[];
  damaged: number;
} {
  const state = emptyState();
  const segments: SegmentOnDisk[] = [];
  let damaged = 0;
  const names = readdirSync(dir).filter((name) => name.endsWith('.segment'));
  for (const name of names.sort()) {
    const path = join(dir, name);
    const { frames, end, tail } = decodeFrames(Segment.read(path));
    if (tail === 'damaged') {
      damaged++;
      copyFileSync(path, `${path}.damaged`);
    }
    if (tail !== 'clean') truncateSync(path, end);
    for (const frame of frames) applyFrame(state, frame);
    const { lastSequence } = state;
    segments.push({ index: parseInt(name, 10), path, lastSequence, segment: null });
  }
  return { state, segments, damaged };
}
