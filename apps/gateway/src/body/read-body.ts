import type { IncomingMessage } from 'node:http';
import { bounds } from '../bounds.js';
import { badField, RequestError } from '../errors/request-error.js';
import type { BodyBudget } from './body-budget.js';
import { BodyPieces, tooLarge } from './body-pieces.js';
import { decoderBytes, decodings, type Decoding } from './decoders.js';
import { SlowSenders } from './slow-senders.js';

/** The caller went away before its request was complete: nobody is left to answer. */
export class CallerGoneError extends Error {}

const slowSenders = new SlowSenders(bounds);

/**
 * The whole body, decoded. Its length is taken from `budget`, for the caller to release. Rejects with
 * 413, 415, 408, 400 or 503. Whatever is in memory is taken from the budget piece by piece, what is
 * compressed and what the decoder remembers included.
 */
export async function readBody(req: IncomingMessage, budget: BodyBudget): Promise<Buffer> {
  const decoding = decodingOf(req.headers['content-encoding']);
  if (Number(req.headers['content-length'] ?? 0) > bounds.maxBodyBytes) throw tooLarge();
  const pieces = new BodyPieces(budget);
  try {
    await (decoding === undefined
      ? collect(req, (chunk) => pieces.add(chunk))
      : decode(req, pieces, decoding));
    return pieces.join();
  } catch (error) {
    pieces.drop();
    throw error;
  }
}

function decodingOf(encoding: string | undefined): Decoding | undefined {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return undefined;
  const decoding = decodings.get(encoding.toLowerCase());
  if (decoding !== undefined) return decoding;
  throw RequestError.of('unsupported_content_encoding', { param: 'content-encoding' });
}

/**
 * Hands every chunk to `onChunk` until the body has ended. What that throws ends the reading, and so
 * does a rejection of `failure`.
 */
function collect(
  req: IncomingMessage,
  onChunk: (chunk: Buffer) => void,
  failure?: Promise<unknown>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // While the decoder is behind, nothing is read: that is not the sender's fault.
    const sender = slowSenders.watch(() =>
      req.isPaused() ? undefined : fail(RequestError.of('request_timeout')),
    );
    const stop = (): void => {
      slowSenders.forget(sender);
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
    };
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      sender.received += chunk.length;
      try {
        onChunk(chunk);
      } catch (error) {
        fail(error as Error);
      }
    };
    const onEnd = (): void => {
      stop();
      resolve();
    };
    const onClose = (): void => fail(new CallerGoneError('the caller closed the connection'));
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
    failure?.catch((error: Error) => fail(error));
  });
}

async function decode(req: IncomingMessage, pieces: BodyPieces, decoding: Decoding): Promise<void> {
  pieces.takeWorking(decoderBytes);
  const { windowBytes } = decoding;
  const decoder = decoding.create();
  const decoded = new Promise<void>((resolve, reject: (error: Error) => void) => {
    decoder.on('data', (piece: Buffer) => {
      const before = pieces.bytes;
      try {
        // A piece is a part of a larger buffer: a copy holds what it counts and no more.
        pieces.add(Buffer.from(piece));
        pieces.takeWorking(Math.min(pieces.bytes, windowBytes) - Math.min(before, windowBytes));
      } catch (error) {
        reject(error as Error);
      }
    });
    decoder.once('end', resolve);
    decoder.once('error', () =>
      reject(
        badField(
          'content-encoding',
          'The body is not what its content-encoding says: leave the header out where it is plain.',
        ),
      ),
    );
  });
  const resume = (): void => void req.resume();
  // What follows the compressed data is thrown away, and is never drained.
  decoder.on('drain', resume).once('end', resume);
  const feed = (chunk: Buffer): void => {
    if (decoder.readableEnded) return;
    pieces.takeWorking(chunk.length);
    if (!decoder.write(chunk, () => pieces.releaseWorking(chunk.length))) req.pause();
  };
  try {
    await collect(req, feed, decoded);
    decoder.end();
    await decoded;
  } finally {
    decoder.destroy();
    req.resume();
  }
}
