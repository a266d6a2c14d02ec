import type { IncomingMessage } from 'node:http';
import { bounds } from '../bounds.js';
import { CallerGoneError } from '../errors/caller-gone.js';
import { badField, RequestError } from '../errors/request-error.js';
import type { KeyBudget } from './body-budget.js';
import { BodyPieces, tooLarge } from './body-pieces.js';
import { decodings, type Decoding } from './decoders.js';
import { askForBody } from './expect-continue.js';
import { SlowSenders } from './slow-senders.js';
import { Turns } from './turns.js';

const slowSenders = new SlowSenders(bounds);
const notWhatItSays =
  'The body is not what its content-encoding says: leave the header out where it is plain.';

/** libuv has as many threads for them. */
const decodingTurns = new Turns(bounds.maxDecodings);

/**
 * The whole body, decoded. Its length is taken from `budget`, for the caller to release. Rejects with
 * 413, 415, 408, 400 or 503. Whatever is in memory is taken from the budget first: what was received, each
 * decoded piece, and all that a decoder may need.
 */
export async function readBody(req: IncomingMessage, budget: KeyBudget): Promise<Buffer> {
  const decoding = decodingOf(req.headers['content-encoding']);
  if (Number(req.headers['content-length'] ?? 0) > bounds.maxBodyBytes) throw tooLarge();
  askForBody(req);
  const body = await receive(req, budget);
  return decoding === undefined
    ? body
    : decodingTurns.run(() => decode(req, body, decoding, budget));
}

function decodingOf(encoding: string | undefined): Decoding | undefined {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return undefined;
  const decoding = decodings.get(encoding.toLowerCase());
  if (decoding !== undefined) return decoding;
  throw RequestError.of('unsupported_content_encoding', { param: 'content-encoding' });
}

/** The body as it came; its length stays taken. */
async function receive(req: IncomingMessage, budget: KeyBudget): Promise<Buffer> {
  const received = new BodyPieces(budget);
  try {
    await collect(req, received);
    return await received.join();
  } finally {
    received.drop();
  }
}

function collect(req: IncomingMessage, received: BodyPieces): Promise<void> {
  return new Promise((resolve, reject) => {
    const sender = slowSenders.watch(() => fail(RequestError.of('request_timeout')));
    const stop = (): void => {
      slowSenders.forget(sender);
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
    };
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      try {
        received.add(chunk);
        sender.received = received.bytes;
      } catch (error) {
        fail(error as Error);
      }
    };
    const onEnd = (): void => {
      stop();
      resolve();
    };
    const onClose = (): void => fail(new CallerGoneError());
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** Releases what `encoded` has taken. */
async function decode(
  req: IncomingMessage,
  encoded: Buffer,
  decoding: Decoding,
  budget: KeyBudget,
): Promise<Buffer> {
  const decoded = new BodyPieces(budget);
  let decoderBytes = 0;
  try {
    // Its turn may have come late.
    if (req.socket.destroyed) throw new CallerGoneError();
    budget.take(decoding.decoderBytes);
    decoderBytes = decoding.decoderBytes;
    // A piece is a part of a larger buffer: a copy holds what it counts and no more.
    for await (const piece of decoding.decode(encoded)) decoded.add(Buffer.from(piece));
    return await decoded.join();
  } catch (error) {
    if (error instanceof RequestError || error instanceof CallerGoneError) throw error;
    throw badField('content-encoding', notWhatItSays);
  } finally {
    decoded.drop();
    budget.release(decoderBytes + encoded.length);
  }
}
