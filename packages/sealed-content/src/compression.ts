import { createRequire } from 'node:module';

// It looks for its binary beside itself, wherever this file was bundled to.
const { compress, compressSync, uncompressSync } = createRequire(import.meta.url)(
  'snappy',
) as typeof import('snappy');

/** The first byte says how the others are to be read. */
const formats = { plain: 0, snappy: 1 } as const;
/** No gateway takes a request and reply of more. */
const maxBytes = 256 * 1024 * 1024;

/** As it came where that is no shorter. */
export function compressed(bytes: Buffer): Buffer {
  return shorter(bytes, compressSync(bytes, { copyOutputData: true }));
}

/** The same, beside the event loop. The bytes are not to be changed meanwhile. */
export async function compressedAside(bytes: Buffer): Promise<Buffer> {
  return shorter(bytes, await compress(bytes));
}

function shorter(bytes: Buffer, packed: Buffer): Buffer {
  const isShorter = packed.length < bytes.length;
  const kept = isShorter ? packed : bytes;
  const out = Buffer.allocUnsafe(1 + kept.length);
  out[0] = isShorter ? formats.snappy : formats.plain;
  kept.copy(out, 1);
  return out;
}

/** Throws on a format that is not known, and on what is damaged. */
export function decompressed(bytes: Buffer): Buffer {
  const [format] = bytes;
  const rest = bytes.subarray(1);
  if (format === formats.plain) return rest;
  if (format !== formats.snappy) throw new RangeError(`no compression has the number ${format}`);
  if (lengthIn(rest) > maxBytes) throw new RangeError('the content is larger than any');
  return uncompressSync(rest, { asBuffer: true }) as Buffer;
}

/** What snappy says first: the length to come, in 7 bits a byte, the lowest first. */
function lengthIn(bytes: Buffer): number {
  let length = 0;
  for (const [at, byte] of bytes.subarray(0, 5).entries()) {
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return length;
  }
  return Infinity;
}
