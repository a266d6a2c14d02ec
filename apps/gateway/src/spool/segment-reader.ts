import { open } from 'node:fs/promises';
import { decodeFrames, type Frame } from './frame.js';

/** Decoding so much takes well under a millisecond. */
const sliceBytes = 64 * 1024;

/** Some consecutive frames of a segment; they are valid until the next slice is asked for. */
export interface Slice {
  frames: Frame[];
  /** Where the slice begins in the file. */
  at: number;
  /** What follows the frames: others, zeros, or a frame that is not whole. */
  next: 'more' | 'nothing' | 'broken';
  /** Where that stands in the file. */
  end: number;
  /** Where what stands behind a broken frame begins. Its length may be damaged itself, and hides little then. */
  behind: number;
}

/** Reads a segment from an offset on, a slice at a time: the event loop is held up by no more than one. */
export async function* slicesOf(path: string, from = 0): AsyncGenerator<Slice> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let buffer = Buffer.allocUnsafeSlow(sliceBytes);
    for (let at = from; ;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - at), at);
      const bytes = buffer.subarray(0, bytesRead);
      const { frames, end, next, nextBytes } = decodeFrames(bytes);
      const isEnd = bytesRead < buffer.length || at + bytesRead === size;
      const slice = {
        frames,
        at,
        end: at + end,
        behind: at + end + Math.min(nextBytes, sliceBytes),
      };
      if (next !== 'cut off' || isEnd) {
        const isClean = next === 'nothing' || isZero(bytes.subarray(end));
        yield { ...slice, next: isClean ? 'nothing' : 'broken' };
        return;
      }
      yield { ...slice, next: 'more' };
      if (end === 0) buffer = Buffer.allocUnsafeSlow(Math.min(nextBytes, size - at));
      at += end;
    }
  } finally {
    await file.close();
  }
}

/** Whether nothing was ever written from this offset on. */
export async function isUnusedFrom(path: string, offset: number): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(sliceBytes);
    for (let at = offset; ;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return true;
      if (!isZero(buffer.subarray(0, bytesRead))) return false;
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

const zeros = Buffer.alloc(sliceBytes);

function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    const piece = bytes.subarray(at, at + sliceBytes);
    if (!piece.equals(zeros.subarray(0, piece.length))) return false;
  }
  return true;
}
