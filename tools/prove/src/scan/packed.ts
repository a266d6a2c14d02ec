import { constants, createInflateRaw } from 'node:zlib';

/** Where a gzip member or a deflated file in a zip archive begins, and what is packed in it. */
interface Member {
  at: number;
  packedAt: number;
}

const gzipMagic = Buffer.from([0x1f, 0x8b, 0x08]);
const gzipHeadBytes = 10;
const gzipFlags = { headSum: 2, extra: 4, name: 8, comment: 16 };
const zipMagic = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const zipHeadBytes = 30;
const zipDeflated = 8;
/** Of what is unpacked of one member; more is not looked at. */
const maxUnpackedBytes = 256 * 1024 * 1024;
/** What is in one slice is lost where it holds an error. */
const sliceBytes = 4 * 1024;

export function membersIn(bytes: Buffer): Member[] {
  const found = (magic: Buffer, packedAt: (at: number) => number | undefined): Member[] =>
    placesOf(bytes, magic).flatMap((at) => {
      const from = packedAt(at);
      return from === undefined || from >= bytes.length ? [] : [{ at, packedAt: from }];
    });
  return [
    ...found(gzipMagic, (at) => afterGzipHead(bytes, at)),
    ...found(zipMagic, (at) => afterZipHead(bytes, at)),
  ];
}

/** What can be unpacked of a member, also where it is cut off, damaged, or none. */
export async function unpack(bytes: Buffer, { packedAt }: Member): Promise<Buffer> {
  const stream = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  const chunks: Buffer[] = [];
  let length = 0;
  let isOver = false;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
  });
  const over = new Promise<void>((resolve) => {
    const end = (): void => {
      isOver = true;
      resolve();
    };
    stream.once('end', end).once('error', end).once('close', end);
  });
  for (let at = packedAt; at < bytes.length && !isOver && length < maxUnpackedBytes;) {
    const slice = bytes.subarray(at, at + sliceBytes);
    at += slice.length;
    await Promise.race([
      over,
      new Promise<void>((resolve) => stream.write(slice, () => resolve())),
    ]);
  }
  if (!isOver) stream.end();
  if (length >= maxUnpackedBytes) stream.destroy();
  await over;
  return Buffer.concat(chunks);
}

function afterGzipHead(bytes: Buffer, at: number): number | undefined {
  const flags = bytes[at + 3];
  if (flags === undefined || flags >= 32) return undefined;
  let from = at + gzipHeadBytes;
  if ((flags & gzipFlags.extra) !== 0) {
    if (from + 2 > bytes.length) return undefined;
    from += 2 + bytes.readUInt16LE(from);
  }
  for (const flag of [gzipFlags.name, gzipFlags.comment]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, from);
    if (end === -1) return undefined;
    from = end + 1;
  }
  return (flags & gzipFlags.headSum) === 0 ? from : from + 2;
}

/** Files that lie there as they are need no unpacking. */
function afterZipHead(bytes: Buffer, at: number): number | undefined {
  if (bytes.length < at + zipHeadBytes) return undefined;
  if (bytes.readUInt16LE(at + 8) !== zipDeflated) return undefined;
  return at + zipHeadBytes + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
}

function placesOf(bytes: Buffer, magic: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(magic); at !== -1; at = bytes.indexOf(magic, at + 1)) places.push(at);
  return places;
}
