import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const types = {
  html: 'text/html; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
} as const;

const encoders = {
  br: (body: string) =>
    brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: (body: string) => gzipSync(body),
};

type Encoding = keyof typeof encoders;

/** Smaller ones gain nothing. */
const leastCompressed = 1_024;

/** A text that is the same for everybody: it is hashed and compressed once, however many ask for it. */
export class PublicText {
  private readonly etag: string;
  private readonly encoded = new Map<Encoding, Buffer>();

  /** @param kind one of ours, or a content type */
  constructor(
    readonly body: string,
    private readonly kind: keyof typeof types | (string & {}) = 'html',
    private readonly cacheControl = 'public, max-age=60',
  ) {
    this.etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  }

  send(request: FastifyRequest, reply: FastifyReply, status = 200): FastifyReply {
    reply.headers({ 'cache-control': this.cacheControl, vary: 'accept-encoding', etag: this.etag });
    if (status === 200 && isKnown(request, this.etag)) return reply.code(304).send();
    reply.code(status).type(types[this.kind as keyof typeof types] ?? this.kind);
    const encoding = this.body.length < leastCompressed ? undefined : encodingFor(request);
    if (encoding === undefined) return reply.send(this.body);
    return reply.header('content-encoding', encoding).send(this.encodedAs(encoding));
  }

  private encodedAs(encoding: Encoding): Buffer {
    const kept = this.encoded.get(encoding);
    if (kept !== undefined) return kept;
    const made = encoders[encoding](this.body);
    this.encoded.set(encoding, made);
    return made;
  }
}

function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim());
  return known?.includes(etag) === true || known?.includes('*') === true;
}

/** The best that the browser takes; one that it refuses by `q=0` is not taken. */
function encodingFor({ headers }: FastifyRequest): Encoding | undefined {
  const accepted = String(headers['accept-encoding'] ?? '')
    .split(',')
    .filter((entry) => !/;\s*q=0(\.0*)?\s*$/i.test(entry))
    .map((entry) => entry.split(';')[0]?.trim().toLowerCase());
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding));
}
