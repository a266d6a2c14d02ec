import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

export interface Decoding {
  create(): Transform;
  /** What the decoder remembers of its output at most. */
  windowBytes: number;
}

const kib = 1024;
const gzip: Decoding = { create: () => createGunzip(), windowBytes: 32 * kib };

/** By `content-encoding`, in lower case. */
export const decodings: ReadonlyMap<string, Decoding> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', { create: () => createInflate(), windowBytes: 32 * kib }],
  ['br', { create: () => createBrotliDecompress(), windowBytes: 16 * kib * kib }],
]);

/** State and output buffer of one decoder beside its window. */
export const decoderBytes = 64 * kib;
