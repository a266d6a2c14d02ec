import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type InputType, type ZlibOptions } from 'node:zlib';
import { bounds } from '../bounds.js';
import type { BodyBudget } from './body-budget.js';
import { badField, RequestError } from '../errors/request-error.js';
import { SlowSenders } from './slow-senders.js';

/** The caller went away before its request was complete: nobody is left to answer. */
export class CallerGoneError extends Error {}

type Decompress = (data: InputType, options: ZlibOptions) => Promise<Buffer>;

const slowSenders = new SlowSenders(bounds);

const decompressors = new Map<string, Decompress>([
  ['gzip', promisify<InputType, ZlibOptions, Buffer>(gunzip)],
  ['x-gzip', promisify<InputType, ZlibOptions, Buffer>(gunzip)],
  ['deflate', promisify<InputType, ZlibOptions, Buffer>(inflate)],
  ['br', promisify<InputType, ZlibOptions, Buffer>(brotliDecompress)],
]);

/**
 * The whole body, decoded. Its bytes are taken from `budget`, for the caller to release. Rejects with
 * 413, 415, 408 or 400; memory stays within the limit whatever is sent.
 */
export async function readBody(req: IncomingMessage, budget: BodyBudget): Promise<Buffer> {
  const decompress = decompressorFor(req.headers['content-encoding']);
  const body = await collect(req, budget);
  if (decompress === undefined) return body;
  budget.release(body.length);
  const decoded = await decompress(body, { maxOutputLength: bounds.maxBodyBytes }).catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
      throw badField('content-encoding', 'The body is not what its content-encoding says.');
    },
  );
  budget.take(decoded.length);
  return decoded;
}

function decompressorFor(encoding: string | undefined): Decompress | undefined {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return undefined;
  const decompress = decompressors.get(encoding.toLowerCase());
  if (decompress !== undefined) return decompress;
  throw new RequestError(
    415,
    'invalid_request_error',
    'unsupported_content_encoding',
    'content-encoding must be gzip, deflate, br or identity.',
    { param: 'content-encoding' },
  );
}

function collect(req: IncomingMessage, budget: BodyBudget): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > bounds.maxBodyBytes) {
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const sender = slowSenders.watch(() => fail(tooSlow()));
    const stop = (): void => {
      slowSenders.forget(sender);
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
    };
    const fail = (error: Error): void => {
      stop();
      budget.release(size);
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      if (size + chunk.length > bounds.maxBodyBytes) return fail(tooLarge());
      try {
        budget.take(chunk.length);
      } catch (error) {
        return fail(error as Error);
      }
      size += chunk.length;
      sender.received = size;
      chunks.push(chunk);
    };
    const onEnd = (): void => {
      stop();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
    };
    const onClose = (): void => fail(new CallerGoneError('the caller closed the connection'));
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

function tooLarge(): RequestError {
  return new RequestError(
    413,
    'invalid_request_error',
    'request_too_large',
    `The body is larger than ${bounds.maxBodyBytes / 1024 / 1024} MiB.`,
    { param: 'body' },
  );
}

function tooSlow(): RequestError {
  return new RequestError(
    408,
    'invalid_request_error',
    'request_timeout',
    'The body came too slowly.',
  );
}
