import {
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { frameBytes, type FrameType, writeFrame } from './frame.js';

const fdatasyncAsync = promisify(fdatasync);

const zeros = Buffer.alloc(256 * 1024);
/** Frames of one turn of the event loop gather in here; more than this is written in several pieces. */
const gatherBytes = 64 * 1024;

/**
 * One file of the journal. It is filled with zeros before it is used, so that a full disk is met
 * here, with time to refuse work, and never by the record that closes a request.
 */
export class Segment {
  private at = 0;
  private closed = false;
  private gathered = Buffer.alloc(0);
  /** Bytes of `gathered` that are not written yet. */
  private waiting = 0;

  private constructor(
    readonly path: string,
    readonly index: number,
    private readonly fd: number,
    private readonly capacity: number,
  ) {}

  static pathOf(dir: string, index: number): string {
    return join(dir, `${String(index).padStart(10, '0')}.segment`);
  }

  /** Reserves the file on disk. Rejects with ENOSPC, leaving nothing behind, when the disk is full. */
  static async create(dir: string, index: number, capacity: number): Promise<Segment> {
    const path = Segment.pathOf(dir, index);
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        for (let at = 0; at < capacity; at += zeros.length) {
          await file.write(zeros, 0, Math.min(zeros.length, capacity - at), at);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      syncDirectory(dir);
      return new Segment(path, index, openSync(path, 'r+'), capacity);
    } catch (error) {
      if (existsSync(path)) unlinkSync(path);
      throw error;
    }
  }

  static read(path: string): Buffer {
    return readFileSync(path);
  }

  /** Whether a frame with this payload still has room. */
  fits(payload: string): boolean {
    return frameBytes(payload) <= this.free;
  }

  get free(): number {
    return this.capacity - this.at - this.waiting;
  }

  get hasUnwritten(): boolean {
    return this.waiting > 0;
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
      written += writeSync(this.fd, this.gathered, written, left, this.at + written);
    }
    this.at += this.waiting;
    this.waiting = 0;
  }

  /** From here on what was written survives the death of the machine. */
  async sync(): Promise<void> {
    if (!this.closed) await fdatasyncAsync(this.fd);
  }

  close(): void {
    if (this.closed) return;
    this.write();
    this.closed = true;
    closeSync(this.fd);
  }

  remove(): void {
    this.waiting = 0;
    this.close();
    unlinkSync(this.path);
    syncDirectory(dirname(this.path));
  }

  /** Cuts the unused zeros off, for a segment that nothing will be appended to. */
  seal(): void {
    this.write();
    this.gathered = Buffer.alloc(0);
    if (!this.closed) ftruncateSync(this.fd, this.at);
  }
}

function syncDirectory(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
