import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { dayOf } from './day.js';

/** What a sealed content is bound to: with any other it does not open. Its day follows from the request. */
export interface Binding {
  /** Who pays: the person's account, or the team's. */
  accountId: string;
  /** The author. */
  userId: string;
  requestId: string;
}

const algorithm = 'aes-256-gcm';
const version = 1;
const ivBytes = 12;
const tagBytes = 16;
/** Node takes shorter tags, down to four bytes, where it is not told. */
const options = { authTagLength: tagBytes };
const headBytes = 1 + ivBytes;
/** What sealing adds to the plaintext. */
export const sealedOverheadBytes = headBytes + tagBytes;

/** Filled for many at once: a call into the random source costs more than the cipher. */
const pool = Buffer.alloc(ivBytes * 256);
let poolAt = pool.length;

/**
 * Version, IV, ciphertext and tag, by AES-256-GCM with a random IV: under one key at most 2^32 are to be sealed.
 * Throws where the key has not 32 bytes, or an id of the binding is none.
 */
export function seal(key: Buffer, binding: Binding, plaintext: Buffer): Buffer {
  const sealed = Buffer.allocUnsafe(sealedOverheadBytes + plaintext.length);
  sealed[0] = version;
  const iv = newIv();
  iv.copy(sealed, 1);
  const cipher = createCipheriv(algorithm, key, iv, options);
  cipher.setAAD(boundTo(binding));
  cipher.update(plaintext).copy(sealed, headBytes);
  cipher.final();
  cipher.getAuthTag().copy(sealed, headBytes + plaintext.length);
  return sealed;
}

/** The plaintext; undefined for what is damaged, of another binding or under another key. */
export function open(key: Buffer, binding: Binding, sealed: Buffer): Buffer | undefined {
  if (sealed.length < sealedOverheadBytes || sealed[0] !== version) return undefined;
  const tagAt = sealed.length - tagBytes;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(1, headBytes), options);
  decipher.setAAD(boundTo(binding));
  decipher.setAuthTag(sealed.subarray(tagAt));
  const plaintext = decipher.update(sealed.subarray(headBytes, tagAt));
  try {
    // What came until here may be anybody's: only this tells.
    decipher.final();
  } catch {
    plaintext.fill(0);
    return undefined;
  }
  return plaintext;
}

/** No part of an id holds the separator. */
function boundTo({ accountId, userId, requestId }: Binding): Buffer {
  const day = dayOf(requestId);
  return Buffer.from(`modelbridge.content.v${version}|${accountId}|${userId}|${requestId}|${day}`);
}

function newIv(): Buffer {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  return pool.subarray(poolAt, (poolAt += ivBytes));
}
