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

const fdatasyncAsync = promisify(fdatasync);

const zeros = Buffer.alloc(256 * 1024);

/**
 * One file of the journal. It is filled with zeros before it is used, so that a full disk is met
 * here, with time to refuse work, and never by the record that closes a request.
 */
export class Segment {
  private at = 0;
  private closed = false;

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

  get free(): number {
    return this.capacity - this.at;
  }

  /** Writes to the page cache: from here on the frame survives the death of this process. */
  append(frame: Buffer): void {
    let written = 0;
    while (written < frame.length) {
      written += writeSync(this.fd, frame, written, frame.length - written, this.at + written);
    }
    this.at += frame.length;
  }

  /** From here on what was appended survives the death of the machine. */
  async sync(): Promise<void> {
    if (!this.closed) await fdatasyncAsync(this.fd);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.fd);
  }

  remove(): void {
    this.close();
    unlinkSync(this.path);
    syncDirectory(dirname(this.path));
  }

  /** Cuts the unused zeros off, for a segment that nothing will be appended to. */
  seal(): void {
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
