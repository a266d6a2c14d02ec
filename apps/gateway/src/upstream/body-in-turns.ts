import { setImmediate as nextTurn } from 'node:timers/promises';

/** A larger body goes out in pieces: to copy it into a socket at once takes as long as the copy of all of it. */
export const maxAtOnce = 512 * 1024;

/** A body in pieces, no two of them in one turn of the event loop. */
export async function* bodyInTurns(body: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < body.length; from += maxAtOnce) {
    yield body.subarray(from, from + maxAtOnce);
    await nextTurn();
  }
}
