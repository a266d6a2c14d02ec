import { createHash, type Hash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bounds } from '../bounds.js';
import { RequestError } from '../errors/request-error.js';
import { acceptsGzip } from './accepts-gzip.js';

export interface SentFile {
  /** ASCII without quotes. */
  name: string;
  mediaType: string;
  /** Nothing is gained by compressing it once more. */
  isCompressed: boolean;
  /** In order; `rows` is how many the file has up to the end of each piece, where it has rows. */
  pieces: AsyncIterable<{ data: Uint8Array; rows?: bigint }>;
  /** Beyond those of every file. */
  headers?: Readonly<Record<string, string>>;
}

export const rowsTrailer = 'x-modelbridge-rows';

/**
 * Sends a file as its pieces come, no faster than the caller reads. Rejects with what the first piece fails with, while
 * an error can still be answered, or with 503 where none comes. What fails later cuts the connection: the last chunk and the trailers (`content-digest`,
 * RFC 9530, and the rows) are sent after the last piece and never without it.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: SentFile,
  { fileBeginsMs, fileStallMs }: { fileBeginsMs: number; fileStallMs: number } = bounds,
): Promise<void> {
  const pieces = file.pieces[Symbol.asyncIterator]();
  const first = await inTime(pieces.next(), fileBeginsMs);
  const isZipped = !file.isCompressed && acceptsGzip(request.headers['accept-encoding']);
  const { raw } = reply;
  reply.hijack();
  raw.setTimeout(fileStallMs, () => {
    if (raw.writableLength > 0) raw.destroy();
  });
  raw.writeHead(200, {
    'content-type': file.mediaType,
    'content-disposition': `attachment; filename="${file.name}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(!file.isCompressed && { vary: 'accept-encoding' }),
    ...(isZipped && { 'content-encoding': 'gzip' }),
    ...file.headers,
    trailer: `content-digest, ${rowsTrailer}`,
  });
  let rows = 0n;
  async function* data(): AsyncGenerator<Uint8Array> {
    for (let next = first; next.done !== true; next = await pieces.next()) {
      rows = next.value.rows ?? rows;
      if (next.value.data.length > 0) yield next.value.data;
    }
  }
  const hash = createHash('sha256');
  const steps = [...(isZipped ? [createGzip()] : []), hashed(hash)];
  try {
    await pipeline([Readable.from(data(), { objectMode: false }), ...steps, raw], { end: false });
    raw.addTrailers({
      'content-digest': `sha-256=:${hash.digest('base64')}:`,
      [rowsTrailer]: rows.toString(),
    });
    raw.end();
  } catch {
    // The caller sees it by the missing end, and whoever failed has said why.
    raw.destroy();
  }
}

/** Rejects with 503 where whoever writes the file says nothing: a service that hangs is one that is down. */
async function inTime<T>(piece: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const { readRetryAfterMs: retryAfterMs } = bounds;
    timer = setTimeout(() => {
      reject(RequestError.of('service_unavailable', { retryAfterMs }));
    }, ms);
  });
  try {
    return await Promise.race([piece, late]);
  } finally {
    clearTimeout(timer);
  }
}

function hashed(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}
