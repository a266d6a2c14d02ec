import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frameBytes, FrameType, writeFrame } from './frame.js';
import { isUnusedFrom, slicesOf } from './segment-reader.js';

let path: string;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spool-'));
  path = join(dir, 'segment');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function encoded(payload: string): Buffer {
  const bytes = frameBytes(payload);
  const frame = Buffer.alloc(bytes);
  writeFrame(frame, 0, FrameType.Close, payload, bytes);
  return frame;
}

/** What recovery makes of a file. */
async function read(from = 0): Promise<{ payloads: string[]; end: number; tail: string }> {
  const payloads: string[] = [];
  let last = { end: 0, tail: '' };
  for await (const { frames, next, end, behind } of slicesOf(path, from)) {
    payloads.push(...frames.map(({ payload }) => payload.toString()));
    const broken = async (): Promise<string> =>
      (await isUnusedFrom(path, behind)) ? 'torn' : 'damaged';
    last = { end, tail: next === 'broken' ? await broken() : next };
  }
  return { payloads, ...last };
}

const payload = fc
  .tuple(fc.integer({ min: 0, max: 3_000 }), fc.constantFrom('a', 'é'))
  .map(([length, character]) => character.repeat(length));
const payloads = fc.array(payload, { maxLength: 150 });

describe('a segment', () => {
  it('is read whole, from whichever frame on', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, fc.nat(), fc.nat(5_000), async (written, skip, unused) => {
        const frames = written.map(encoded);
        writeFileSync(path, Buffer.concat([...frames, Buffer.alloc(unused)]));
        const begin = written.length === 0 ? 0 : skip % written.length;
        const from = Buffer.concat(frames.slice(0, begin)).length;
        const end = Buffer.concat(frames).length;
        expect(await read(from)).toEqual({ payloads: written.slice(begin), end, tail: 'nothing' });
      }),
      { numRuns: 50 },
    );
  });

  it('is read up to a torn last write, wherever it was torn', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, payload, fc.nat(), async (written, last, cut) => {
        const torn = encoded(`${last}!`);
        const whole = Buffer.concat(written.map(encoded));
        const kept = torn.subarray(0, cut % torn.length);
        writeFileSync(path, Buffer.concat([whole, kept, Buffer.alloc(8_000)]));
        const found = await read();
        expect(found).toMatchObject({ payloads: written, end: whole.length });
        // Fewer bytes than a type's do not tell that there was a write.
        expect(kept.length > 8 ? ['torn'] : ['torn', 'nothing']).toContain(found.tail);
      }),
      { numRuns: 50 },
    );
  });

  it('is damaged where anything stands behind what is broken, also where the length is', async () => {
    const frames = Array.from({ length: 100 }, (_, index) => encoded(`${index}`.repeat(2_000)));
    const [first, second, third] = frames.map(({ length }) => length) as [number, number, number];
    for (const offset of [0, 3, 4, 9, 100]) {
      const bytes = Buffer.concat(frames);
      bytes[first + second + offset]! ^= 0x40;
      writeFileSync(path, bytes);
      expect(await read()).toMatchObject({ end: first + second, tail: 'damaged' });
    }
    writeFileSync(path, Buffer.concat(frames).subarray(0, first + second + third - 1));
    expect(await read()).toMatchObject({ end: first + second, tail: 'torn' });
  });

  it('may hold a frame that is larger than a slice', async () => {
    const written = ['small', 'x'.repeat(300_000), 'small too'];
    writeFileSync(path, Buffer.concat(written.map(encoded)));
    expect((await read()).payloads).toEqual(written);
  });
});
