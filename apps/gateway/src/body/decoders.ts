import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { decodeZstd, zstdDecoderBytes } from './zstd.js';

export interface Decoding {
  /** The pieces of the decoded body. */
  decode(encoded: Buffer): AsyncIterable<Uint8Array>;
  /** What one decoder takes at most, its output buffer included. */
  decoderBytes: number;
}

const kib = 1024;
const mib = 1024 * kib;
/** Deflate's window, state and output buffer. */
const deflateBytes = 128 * kib;
/** Larger than zlib's own: each piece is a round trip through a thread. */
const chunkSize = 64 * kib;
const gzip: Decoding = {
  decode: streamed(() => createGunzip({ chunkSize })),
  decoderBytes: deflateBytes,
};

/** By `content-encoding`, in lower case. */
export const decodings: ReadonlyMap<string, Decoding> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', { decode: streamed(() => createInflate({ chunkSize })), decoderBytes: deflateBytes }],
  // It fills a window of up to 16 MiB before it hands on the first byte, and holds half of it twice as it grows.
  ['br', { decode: streamed(() => createBrotliDecompress({ chunkSize })), decoderBytes: 24 * mib }],
  ['zstd', { decode: decodeZstd, decoderBytes: zstdDecoderBytes }],
]);

function streamed(create: () => Transform): Decoding['decode'] {
  return (encoded) => {
    const decoder = create();
    decoder.end(encoded);
    return decoder as AsyncIterable<Uint8Array>;
  };
}
