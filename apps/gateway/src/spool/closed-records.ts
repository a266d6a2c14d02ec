import { FrameType } from './frame.js';
import type { SegmentOnDisk } from './journal-recovery.js';
import { type JournalState, splitClose } from './journal-state.js';
import type { SegmentChain } from './segment-chain.js';
import { slicesOf } from './segment-reader.js';

export interface ClosedRecord {
  sequence: number;
  /** The request record as JSON. */
  record: Buffer;
}

export interface BatchBounds {
  maxRecords: number;
  maxBytes: number;
}

/**
 * The closed records of a journal, read back from disk. A read goes on where the one before it ended, so
 * that catching up reads every file once.
 */
export class ClosedRecords {
  /** In its file, records from this sequence on stand behind this offset. */
  private cursor = { index: 0, at: 0, sequence: 0 };

  constructor(
    private readonly segments: SegmentChain,
    private readonly state: JournalState,
  ) {}

  /**
   * Consecutive records of these sequences, at least one and as many as are within the bounds. Begins behind
   * what is settled, and behind what damage has lost.
   */
  async read(from: number, to: number, bounds: BatchBounds): Promise<ClosedRecord[]> {
    const found: ClosedRecord[] = [];
    for (let wanted = from; wanted <= to;) {
      wanted = Math.max(wanted, this.state.settledSequence + 1);
      const segment = this.segments.holding(wanted);
      if (!segment) break;
      const { lastSequence } = segment;
      try {
        if (await this.readFrom(segment, wanted, to, bounds, found)) break;
        wanted = lastSequence + 1;
      } catch (error) {
        // Settled meanwhile, and removed.
        if (lastSequence > this.state.settledSequence) throw error;
      }
    }
    return found;
  }

  /** Whether nothing more is to be read. */
  private async readFrom(
    segment: SegmentOnDisk,
    wanted: number,
    to: number,
    { maxRecords, maxBytes }: BatchBounds,
    found: ClosedRecord[],
  ): Promise<boolean> {
    const { index, path } = segment;
    let bytes = found.reduce((sum, { record }) => sum + record.length, 0);
    const knows = this.cursor.index === index && this.cursor.sequence <= wanted;
    for await (const { frames, at } of slicesOf(path, knows ? this.cursor.at : 0)) {
      for (const { type, payload, end } of frames) {
        if (type !== FrameType.Close) continue;
        const { sequence, record } = splitClose(payload);
        if (sequence < wanted) continue;
        const last = found.at(-1);
        bytes += record.length;
        if (sequence > to) return true;
        if (last && (sequence > last.sequence + 1 || bytes > maxBytes)) return true;
        found.push({ sequence, record: Buffer.from(record) });
        this.cursor = { index, at: at + end, sequence: sequence + 1 };
        if (sequence === to || found.length >= maxRecords) return true;
      }
    }
    return false;
  }
}
