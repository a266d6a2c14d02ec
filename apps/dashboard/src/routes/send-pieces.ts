import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A file in pieces, as a service streams it. */
interface Pieces<T> extends AsyncIterable<T> {
  cancel(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * Sends a file piece by piece, as fast as it is read, and ends the call of who goes away. What the service refuses is
 * thrown before anything is sent.
 *
 * @param headersOf of the first piece; undefined for an empty file
 */
export async function sendPieces<T extends { data: Uint8Array }>(
  reply: FastifyReply,
  pieces: Pieces<T>,
  headersOf: (first: T | undefined) => Record<string, string>,
): Promise<void> {
  // A call that is ended fails once more, when nobody may be reading.
  pieces.on('error', () => undefined);
  reply.raw.once('close', () => pieces.cancel());
  const messages = pieces[Symbol.asyncIterator]();
  const first = await messages.next();
  async function* bytes() {
    for (let next = first; next.done !== true; next = await messages.next()) {
      yield Buffer.from(next.value.data);
    }
  }
  await reply
    .headers({
      ...headersOf(first.done === true ? undefined : first.value),
      'cache-control': 'no-store',
    })
    .send(Readable.from(bytes()));
}
