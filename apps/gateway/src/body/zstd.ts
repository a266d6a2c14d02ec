import { setImmediate as nextTurn } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';
import { Decompress } from 'fzstd';
import { maxWindowBytes, turnsOf } from './zstd-blocks.js';

/** From Node 22.15 on; the types are those of the oldest Node that the gateway runs on. */
interface NativeZstd {
  createZstdDecompress?: (options: {
    chunkSize: number;
    params: Record<number, number>;
  }) => Transform;
  constants: { ZSTD_d_windowLogMax?: number };
}

const native = zlib as NativeZstd;
const chunkSize = 64 * 1024;

/** The window, and the tables and blocks beside it. */
export const zstdDecoderBytes = maxWindowBytes + 2 * 1024 * 1024;

/** The pieces of a decoded body. Rejects for what is none of this encoding, or has too large a window. */
export function decodeZstd(encoded: Buffer): AsyncIterable<Uint8Array> {
  const { createZstdDecompress, constants } = native;
  const windowLogMax = constants.ZSTD_d_windowLogMax;
  if (createZstdDecompress === undefined || windowLogMax === undefined) return inTurns(encoded);
  const decoder = createZstdDecompress({
    chunkSize,
    params: { [windowLogMax]: Math.log2(maxWindowBytes) },
  });
  return checked(encoded, decoder);
}

/** Refuses with the same words, before the decoder takes its window. */
async function* checked(encoded: Buffer, decoder: Transform): AsyncGenerator<Uint8Array> {
  Array.from(turnsOf(encoded));
  decoder.end(encoded);
  yield* decoder as AsyncIterable<Uint8Array>;
}

/** In JavaScript: a few blocks in each turn of the event loop, which others need too. */
export async function* inTurns(encoded: Buffer): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const decoder = new Decompress((piece) => {
    if (piece.length > 0) pieces.push(piece);
  });
  let start = 0;
  for (const end of turnsOf(encoded)) {
    decoder.push(encoded.subarray(start, end), end === encoded.length);
    start = end;
    yield* pieces.splice(0);
    await nextTurn();
  }
}
