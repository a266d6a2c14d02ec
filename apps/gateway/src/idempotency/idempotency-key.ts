import { createHash, createHmac } from 'node:crypto';
import { badField } from '../errors/request-error.js';
import { idempotencyBounds } from './bounds.js';

export const idempotencyHeader = 'idempotency-key';

const visibleAscii = new RegExp(`^[\\x21-\\x7e]{1,${idempotencyBounds.maxKeyLength}}$`);

/** SHA-256 of the header's value. Throws 400 where it is not 1 to 255 visible ASCII characters. */
export function hashIdempotencyKey(header: string | string[]): Buffer {
  // Two headers arrive as one value with a space in it.
  if (typeof header !== 'string' || !visibleAscii.test(header)) {
    throw badField(
      idempotencyHeader,
      `${idempotencyHeader} must be one value of 1 to ${idempotencyBounds.maxKeyLength} visible ASCII characters.`,
      'invalid_idempotency_key',
    );
  }
  return createHash('sha256').update(header).digest();
}

/** Tells one request from another without telling what it says: the same only for the same key, route and bytes. */
export function requestHmac(
  secret: string,
  { keyId, route, body }: { keyId: string; route: string; body: Buffer | string },
): Buffer {
  return createHmac('sha256', secret).update(`${keyId}\n${route}\n`).update(body).digest();
}
