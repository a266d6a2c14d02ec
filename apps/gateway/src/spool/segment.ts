import { ftruncateSync, writeSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { removeForGood, syncPath } from './durable-files.js';
import { frameBytes, type FrameType, writeFrame } from './frame.js';

const zeros = Buffer.alloc(256 * 1024);
/** Frames of one turn of the event loop gather in here; more than this is written in several pieces. */
const gatherBytes = 64 * 1024;

/**
 * One file of the journal. It is filled with zeros before it is used, so that a full disk is met
 * here, with time to refuse work, and never by the record that closes a request.
 */
export class Segment {
  private at = 0;
  /** Everything before it is on disk. */
  private syncedTo = 0;
  private closing: Promise<void> | undefined;
  private gathered = Buffer.alloc(0);
  /** Bytes of `gathered` that are not written yet. */
  private waiting = 0;

  private constructor(
    readonly path: string,
    readonly index: number,
    private readonly file: FileHandle,
    private readonly capacity: number,
  ) {}

  static pathOf(dir: string, index: number): string {
    return join(dir, `${String(index).padStart(10, '0')}.segment`);
  }

  /** Reserves the file on disk. Rejects with ENOSPC, leaving nothing behind, when the disk is full. */
  static async create(dir: string, index: number, capacity: number): Promise<Segment> {
    const path = Segment.pathOf(dir, index);
    const file = await open(path, 'wx', 0o600);
    try {
      for (let at = 0; at < capacity; at += zeros.length) {
        await file.write(zeros, 0, Math.min(zeros.length, capacity - at), at);
      }
      await file.sync();
      await syncPath(dir);
      return new Segment(path, index, file, capacity);
    } catch (error) {
      await file.close();
      await unlink(path);
      throw error;
    }
  }

  /** Whether a frame with this payload still has room. */
  fits(payload: string): boolean {
    return frameBytes(payload) <= this.free;
  }

  get free(): number {
    return this.capacity - this.end;
  }

  /** Where the next frame will stand. */
  get end(): number {
    return this.at + this.waiting;
  }

  /** Whether everything before this offset survives the death of the machine. */
  isOnDisk(end = this.end): boolean {
    return this.syncedTo >= end;
  }

  /** In memory only, until `write`. */
  append(type: FrameType, payload: string): void {
    const bytes = frameBytes(payload);
    if (this.waiting + bytes > this.gathered.length) {
      this.write();
      if (bytes > this.gathered.length) {
        this.gathered = Buffer.allocUnsafeSlow(Math.max(bytes, gatherBytes));
      }
    }
    writeFrame(this.gathered, this.waiting, type, payload, bytes);
    this.waiting += bytes;
  }

  /** Writes to the page cache: from here on what was appended survives the death of this process. */
  write(): void {
    let written = 0;
    while (written < this.waiting) {
      const left = this.waiting - written;
      written += writeSync(this.file.fd, this.gathered, written, left, this.at + written);
    }
    this.at += this.waiting;
    this.waiting = 0;
  }

  /** What was written when this is called survives the death of the machine once it resolves. */
  async sync(): Promise<void> {
    const end = this.at;
    if (this.closing !== undefined || this.isOnDisk(end)) return;
    await this.file.datasync();
    this.syncedTo = Math.max(this.syncedTo, end);
  }

  /** What is not written by then is dropped. */
  close(): Promise<void> {
    return (this.closing ??= this.file.close());
  }

  async remove(): Promise<void> {
    await this.close();
    await removeForGood(this.path);
  }

  /** Cuts the unused zeros off, for a segment that nothing will be appended to. */
  seal(): void {
    this.write();
    this.gathered = Buffer.alloc(0);
    if (this.closing === undefined) ftruncateSync(this.file.fd, this.at);
  }
}
