import { compressed, compressedAside, decompressed } from './compression.js';

/** Milliseconds since the Unix epoch. */
export interface Timing {
  startedAt: number;
  /** Of the reply; null where none left. */
  firstByteAt: number | null;
  completedAt: number;
}

/** What one request said and was answered, as its caller sent and got it. */
export interface Content {
  request: { method: string; path: string; headers: Record<string, string>; body: Buffer };
  /** Of a stream or a turn on a WebSocket the body is its events as an HTTP stream has them, as far as they left. */
  reply: {
    status: number;
    headers: Record<string, string>;
    body: Buffer;
    /** The caller got all of it. */
    complete: boolean;
  };
  /** The caller's address. */
  ip: string;
  userAgent: string | null;
  timing: Timing;
  model: string;
  /** Null where none was called. */
  provider: string | null;
  region: string | null;
  /** chat_completions, responses, messages. */
  api: string;
}

/** A content whose reply lies in pieces, as it was sent. */
export type PiecewiseContent = Omit<Content, 'reply'> & {
  reply: Omit<Content['reply'], 'body'> & { body: Buffer | readonly Buffer[] };
};

const lengthBytes = 4;

/**
 * The bytes to be sealed: a length, a JSON object of that many bytes, the request's body and the reply's,
 * compressed.
 */
export function encode(content: PiecewiseContent): Buffer {
  return compressed(document(content));
}

/** The same of a large content: the event loop only copies it. */
export function encodeAside(content: PiecewiseContent): Promise<Buffer> {
  return compressedAside(document(content));
}

function document(content: PiecewiseContent): Buffer {
  const { request, reply, ...facts } = content;
  const { body, ...requestHead } = request;
  const { body: replyBody, ...replyHead } = reply;
  const head = Buffer.from(
    JSON.stringify({ ...facts, request: requestHead, reply: replyHead, bodyBytes: body.length }),
  );
  const length = Buffer.allocUnsafe(lengthBytes);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, body, ...piecesOf(replyBody)]);
}

/** What was encoded. Throws on what this version did not write. */
export function decode(encoded: Buffer): Content {
  const bytes = decompressed(encoded);
  const bodyAt = lengthBytes + bytes.readUInt32BE(0);
  const head = JSON.parse(bytes.toString('utf8', lengthBytes, bodyAt)) as Head;
  const { request, reply, bodyBytes, ...facts } = head;
  const replyAt = bodyAt + bodyBytes;
  if (replyAt > bytes.length) throw new RangeError('the content is shorter than it says');
  return {
    ...facts,
    request: { ...request, body: bytes.subarray(bodyAt, replyAt) },
    reply: { ...reply, body: bytes.subarray(replyAt) },
  };
}

type Head = Omit<Content, 'request' | 'reply'> & {
  request: Omit<Content['request'], 'body'>;
  reply: Omit<Content['reply'], 'body'>;
  bodyBytes: number;
};

function piecesOf(body: Buffer | readonly Buffer[]): readonly Buffer[] {
  return Buffer.isBuffer(body) ? [body] : body;
}
