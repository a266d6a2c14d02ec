import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

export interface Decoding {
  create(): Transform;
  /** What one decoder takes at most, its output buffer included. */
  decoderBytes: number;
}

const kib = 1024;
const mib = 1024 * kib;
/** Deflate's window, state and output buffer. */
const deflateBytes = 128 * kib;
/** Larger than zlib's own: each piece is a round trip through a thread. */
const chunkSize = 64 * kib;
const gzip: Decoding = { create: () => createGunzip({ chunkSize }), decoderBytes: deflateBytes };

/** By `content-encoding`, in lower case. */
export const decodings: ReadonlyMap<string, Decoding> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', { create: () => createInflate({ chunkSize }), decoderBytes: deflateBytes }],
  // It fills a window of up to 16 MiB before it hands on the first byte, and holds half of it twice as it grows.
  ['br', { create: () => createBrotliDecompress({ chunkSize }), decoderBytes: 24 * mib }],
]);
