import { removeForGood } from './durable-files.js';
import { SpoolFullError } from './errors.js';
import type { FrameType } from './frame.js';
import type { SegmentOnDisk } from './journal-recovery.js';
import { Segment } from './segment.js';

export interface SegmentChainOptions {
  segmentBytes: number;
  maxBytes: number;
}

/** The files of a journal, oldest first: the newest is appended to, and spares wait to follow it. */
export class SegmentChain {
  /** In their order. */
  private readonly spares: Segment[] = [];
  private wanted = 1;
  private preparing: Promise<void> | null = null;
  private ended = false;
  private trimming: Promise<void> | null = null;
  private settledSequence = 0;

  private constructor(
    private readonly dir: string,
    private readonly options: SegmentChainOptions,
    private readonly segments: SegmentOnDisk[],
    private current: Segment,
    lastSequence: number,
  ) {
    this.segments.push(onDisk(current, lastSequence));
  }

  /** Adds a segment to those of an earlier process, which are only read. */
  static async open(
    dir: string,
    options: SegmentChainOptions,
    found: SegmentOnDisk[],
    lastSequence: number,
  ): Promise<SegmentChain> {
    const index = (found.at(-1)?.index ?? 0) + 1;
    const segment = await Segment.create(dir, index, options.segmentBytes);
    return new SegmentChain(dir, options, found, segment, lastSequence);
  }

  /** Of all files on disk. */
  get bytes(): number {
    return (this.segments.length + this.spares.length) * this.options.segmentBytes;
  }

  /** Bytes that can be appended without waiting for another file. */
  get room(): number {
    return this.current.free + this.spares.length * this.options.segmentBytes;
  }

  fits(payload: string): boolean {
    return this.current.fits(payload);
  }

  append(type: FrameType, payload: string): void {
    this.current.append(type, payload);
  }

  write(): void {
    this.current.write();
  }

  /** What was written when this is called survives the machine once it resolves. */
  async sync(): Promise<void> {
    for (const { segment } of [...this.segments]) await segment?.sync();
    this.removeSettled();
  }

  /** Goes on with the spare. Throws SpoolFullError where there is none. */
  rotate(lastSequence: number): void {
    const next = this.spares.shift();
    if (!next) throw new SpoolFullError('no spare segment');
    this.current.seal();
    this.current = next;
    this.segments.push(onDisk(next, lastSequence));
    void this.prepareSpares();
  }

  /** The newest file now restates all that those before it say of what is still open. */
  carriedOver(): void {
    const newest = this.segments.at(-1);
    if (newest) newest.carriedOverTo = this.current.end;
  }

  /** The newest file now holds records up to this sequence. */
  reaches(lastSequence: number): void {
    const newest = this.segments.at(-1);
    if (newest) newest.lastSequence = lastSequence;
  }

  /** The file that holds the record of this sequence. */
  holding(sequence: number): SegmentOnDisk | undefined {
    return this.segments.find(({ lastSequence }) => lastSequence >= sequence);
  }

  /** Removes files that hold nothing newer than this sequence, as far as the others do without them. */
  trim(settledSequence: number): void {
    this.settledSequence = settledSequence;
    this.removeSettled();
    void this.prepareSpares();
  }

  /** Spares are to hold so much, and there is to be one more: it is taken before the next can be there. */
  keepRoomFor(bytes: number): void {
    const wanted = Math.ceil(bytes / this.options.segmentBytes) + 1;
    const isMore = wanted > this.wanted;
    this.wanted = wanted;
    if (isMore) void this.prepareSpares();
  }

  /** Resolves when there are as many spares as are wanted, or cannot be for now. */
  prepareSpares(): Promise<void> {
    if (this.spares.length >= this.wanted || this.ended) return Promise.resolve();
    this.preparing ??= this.createSpares().finally(() => {
      this.preparing = null;
    });
    return this.preparing;
  }

  async close(): Promise<void> {
    this.ended = true;
    await Promise.all([this.preparing, this.trimming]);
    const files = this.segments.flatMap(({ segment }) => segment ?? []);
    files.push(...this.spares);
    // A disk that is gone also fails closes, of which nothing depends.
    await Promise.allSettled(files.map((segment) => segment.close()));
  }

  /** Oldest first: what a crash leaves of them is the newest, which say what is settled. */
  async removeAll(): Promise<void> {
    await this.close();
    for (const { path } of this.segments) await removeForGood(path);
    for (const { path } of this.spares) await removeForGood(path);
  }

  private removeSettled(): void {
    if (this.trimming || !this.removable()) return;
    this.trimming = this.removeOldest().finally(() => {
      this.trimming = null;
      void this.prepareSpares();
    });
  }

  private async removeOldest(): Promise<void> {
    try {
      for (let oldest = this.removable(); oldest; oldest = this.removable()) {
        await oldest.segment?.close();
        await removeForGood(oldest.path);
        this.segments.shift();
      }
    } catch {
      // It stays in the chain, and is tried again after the next sync.
    }
  }

  private removable(): SegmentOnDisk | undefined {
    const [oldest] = this.segments;
    if (!oldest || this.ended || oldest.lastSequence > this.settledSequence) return;
    return this.segments.slice(1).some(standsAlone) ? oldest : undefined;
  }

  private async createSpares(): Promise<void> {
    const { segmentBytes, maxBytes } = this.options;
    while (this.spares.length < this.wanted && !this.ended) {
      if (this.bytes + segmentBytes > maxBytes) return;
      const before = this.spares.at(-1) ?? this.segments.at(-1);
      try {
        this.spares.push(await Segment.create(this.dir, (before?.index ?? 0) + 1, segmentBytes));
      } catch {
        // A full disk: requests are refused until a later attempt succeeds.
        return;
      }
    }
  }
}

function onDisk(segment: Segment, lastSequence: number): SegmentOnDisk {
  const { index, path } = segment;
  return { index, path, lastSequence, segment, carriedOverTo: Infinity };
}

/** What it carried over must be on disk before the originals go. */
function standsAlone({ segment, carriedOverTo }: SegmentOnDisk): boolean {
  return segment?.isOnDisk(carriedOverTo) === true;
}
