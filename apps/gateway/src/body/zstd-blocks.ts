import { RequestError } from '../errors/request-error.js';

/** What encoders use up to their highest ordinary level; RFC 8878 asks of decoders no more. */
export const maxWindowBytes = 8 * 1024 * 1024;
/** No block decodes to more. */
const maxBlockBytes = 128 * 1024;
/** A decoder may move its window for each block: what a body may have of both together. */
const maxWindowWork = 4 * 1024 ** 3;
/** Frames are counted with them. */
const maxBlocks = 65_536;
/** The same, and the output, of the blocks that are decoded in one turn of the event loop. */
const turnWindowWork = 16 * 1024 * 1024;
const turnBytes = 2 * maxBlockBytes;

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
const BlockType = { raw: 0, rle: 1, compressed: 2 } as const;

/** Not a body of this encoding; the reader says so in general words. */
export class ZstdFrameError extends Error {}

/**
 * The ends of pieces of an encoded body that are decoded in one turn each: a few whole blocks. Throws 400
 * for a window above the bound, and ZstdFrameError for what is no sequence of frames (RFC 8878).
 */
export function* turnsOf(body: Buffer): Generator<number> {
  let at = 0;
  let work = 0;
  let blocks = 0;
  while (at < body.length) {
    const frame = frameAt(body, at);
    at = frame.blocksAt;
    blocks++;
    let turnWork = 0;
    let turnOutput = 0;
    for (let last = frame.isSkippable; !last;) {
      const block = blockAt(body, at);
      ({ last } = block);
      at = block.end;
      work += frame.windowBytes;
      blocks++;
      if (work > maxWindowWork || blocks > maxBlocks) throw new ZstdFrameError('too many blocks');
      turnWork += frame.windowBytes;
      turnOutput += block.mostBytes;
      if (turnWork < turnWindowWork && turnOutput < turnBytes) continue;
      if (!last) yield at;
      turnWork = turnOutput = 0;
    }
    at += frame.checksumBytes;
    if (at > body.length) throw new ZstdFrameError('the body ends in a frame');
    yield at;
  }
}

interface Frame {
  isSkippable: boolean;
  windowBytes: number;
  /** Where its blocks begin; of a skippable one, where it ends. */
  blocksAt: number;
  checksumBytes: number;
}

function frameAt(body: Buffer, at: number): Frame {
  const magic = unsigned(body, at, 4);
  if ((magic & ~0xf) >>> 0 === skippableMagic) {
    const blocksAt = at + 8 + unsigned(body, at + 4, 4);
    return { isSkippable: true, windowBytes: 0, blocksAt, checksumBytes: 0 };
  }
  if (magic !== frameMagic) throw new ZstdFrameError('not a frame');
  const descriptor = unsigned(body, at + 4, 1);
  const isSingle = (descriptor & 0x20) !== 0;
  const isReserved = (descriptor & 0x08) !== 0;
  const needsDictionary = (descriptor & 3) !== 0;
  if (isReserved || needsDictionary) throw new ZstdFrameError('a frame that cannot be read');
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? (isSingle ? 1 : 0) : 1 << sizeFlag;
  const sizeAt = at + (isSingle ? 5 : 6);
  const windowBytes = isSingle
    ? unsigned(body, sizeAt, sizeBytes) + (sizeFlag === 1 ? 256 : 0)
    : windowOf(unsigned(body, at + 5, 1));
  if (windowBytes > maxWindowBytes) throw windowTooLarge();
  return {
    isSkippable: false,
    windowBytes,
    blocksAt: sizeAt + sizeBytes,
    checksumBytes: (descriptor & 4) === 0 ? 0 : 4,
  };
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function blockAt(body: Buffer, at: number): { last: boolean; end: number; mostBytes: number } {
  const header = unsigned(body, at, 3);
  const type = (header >> 1) & 3;
  const size = header >> 3;
  if (type > BlockType.compressed || size > maxBlockBytes) throw new ZstdFrameError('a bad block');
  const end = at + 3 + (type === BlockType.rle ? 1 : size);
  if (end > body.length) throw new ZstdFrameError('the body ends in a block');
  return {
    last: (header & 1) === 1,
    end,
    mostBytes: type === BlockType.compressed ? maxBlockBytes : size,
  };
}

/** Little-endian; as a number, which is exact for what is compared with a bound. */
function unsigned(body: Buffer, at: number, bytes: number): number {
  if (at + bytes > body.length) throw new ZstdFrameError('the body ends in a header');
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + body[at + i]!;
  return value;
}

function windowTooLarge(): RequestError {
  const mib = maxWindowBytes / 1024 / 1024;
  return RequestError.of('invalid_value', {
    param: 'content-encoding',
    message: `The zstd window of the body is larger than ${mib} MiB: compress it at an ordinary level, without long-distance matching.`,
  });
}
