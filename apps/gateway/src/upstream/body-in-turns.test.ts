import { expect, it } from '@jest/globals';
import { bodyInTurns, maxAtOnce } from './body-in-turns.js';

it('hands a body out in pieces, one in each turn of the event loop', async () => {
  const body = Buffer.alloc(2 * maxAtOnce + 1, 'abc');
  let turns = 0;
  let timer = setImmediate(function count() {
    turns += 1;
    timer = setImmediate(count);
  });
  const pieces: Buffer[] = [];
  const seen: number[] = [];
  for await (const piece of bodyInTurns(body)) {
    pieces.push(piece);
    seen.push(turns);
  }
  clearImmediate(timer);
  expect(pieces.map(({ length }) => length)).toEqual([maxAtOnce, maxAtOnce, 1]);
  expect(Buffer.concat(pieces).equals(body)).toBe(true);
  expect(new Set(seen).size).toBe(3);
});
