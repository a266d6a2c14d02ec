import { describe, expect, it } from '@jest/globals';
import { RequestError } from '../errors/request-error.js';
import { decodeZstd, inTurns } from './zstd.js';

const kib = 1024;
const mib = 1024 * kib;
const magic = [0x28, 0xb5, 0x2f, 0xfd];
/** What level 19 makes of a chat request. */
const compressed = Buffer.from(
  'KLUv/WAnAFUCANKEDxKQzwFSM3IEZNHNvo8L8yxnRpg33QOzQOAHunnKF8/NKWQK43r45K43ZxfnLTJvbqqb38PJKILKdnPHLL7bAgBApSg8oJ5n',
  'base64',
);
const text = JSON.stringify({
  model: 'gpt-5.4',
  messages: [{ role: 'user', content: 'Compress me, compress me, compress me: '.repeat(6) }],
});

interface Block {
  /** Repeated `times`, where that is given. */
  bytes: Buffer;
  times?: number;
}

function frame(windowLog: number, blocks: readonly Block[], end = Buffer.alloc(0)): Buffer {
  const written = blocks.map(({ bytes, times }, i) => {
    const last = i === blocks.length - 1 ? 1 : 0;
    const header = ((times ?? bytes.length) << 3) | (times === undefined ? 0 : 2) | last;
    const head = Buffer.from([header & 255, (header >> 8) & 255, header >> 16]);
    return Buffer.concat([head, bytes]);
  });
  const descriptor = end.length > 0 ? 4 : 0;
  const head = Buffer.from([...magic, descriptor, (windowLog - 10) << 3]);
  return Buffer.concat([head, ...written, end]);
}

const raw = (words: string): Block => ({ bytes: Buffer.from(words) });
const run = (times: number): Block => ({ bytes: Buffer.from(' '), times });
const skippable = Buffer.from([0x52, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

async function decoded(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function caught(pieces: AsyncIterable<Uint8Array>): Promise<unknown> {
  return decoded(pieces).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe.each([
  ['what this Node has', decodeZstd],
  ['JavaScript', inTurns],
])('zstd with %s', (_, decode) => {
  it('decodes what an encoder makes', async () => {
    expect((await decoded(decode(compressed))).toString()).toBe(text);
  });

  it('decodes frames behind each other, with skippable ones and checksums between', async () => {
    const one = frame(17, [raw('one '), run(3), raw('two')]);
    const body = Buffer.concat([one, skippable, frame(20, [raw(' three')]), skippable]);
    expect((await decoded(decode(body))).toString()).toBe('one    two three');
  });

  it('hands pieces on as they come, so that a bomb is left after what it may be', async () => {
    const bomb = frame(23, Array(200).fill(run(128 * kib)));
    let bytes = 0;
    for await (const piece of decode(bomb)) {
      bytes += piece.length;
      if (bytes >= mib) break;
    }
    expect(bytes).toBeLessThan(2 * mib);
  });

  it.each([
    ['another encoding', Buffer.from('plain text')],
    ['half a magic', compressed.subarray(0, 3)],
    ['half a header', compressed.subarray(0, 5)],
    ['half a block', compressed.subarray(0, 40)],
    ['a frame without its end', frame(17, [raw('one')]).subarray(0, 8)],
    ['half a checksum', frame(17, [raw('one')], Buffer.alloc(2))],
    ['something behind it', Buffer.concat([compressed, Buffer.from('x')])],
    ['half a skippable frame', skippable.subarray(0, 9)],
    ['a dictionary', Buffer.from([...magic, 1, 0x38, 7, 1, 0, 0])],
    ['a reserved block', Buffer.from([...magic, 0, 0x38, 7, 0, 0])],
    ['a block that is too large', Buffer.from([...magic, 0, 0x38, 3, 0xff, 0xff, 0])],
    ['blocks of nothing without end', frame(10, Array(70_000).fill(raw('')))],
    ['a wide window moved without end', frame(23, Array(600).fill(raw('')))],
  ])('refuses a body with %s', async (_name, body) => {
    const error = await caught(decode(body));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(RequestError);
  });

  it('takes a window of 8 MiB, and refuses a larger one before it decodes', async () => {
    expect((await decoded(decode(frame(23, [raw('x')])))).toString()).toBe('x');
    const single = Buffer.from([...magic, 0xa0, 1, 0, 0x80, 0, 9, 0, 0, 1]);
    for (const wide of [frame(24, [raw('x')]), frame(41, [raw('x')]), single]) {
      expect(await caught(decode(wide))).toMatchObject({
        status: 400,
        message: expect.stringContaining('larger than 8 MiB'),
      });
    }
  });
});
