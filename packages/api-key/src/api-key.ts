import { crc32 } from 'node:zlib';
import { randomBase62, toBase62 } from './base62.js';

const prefixes = { live: 'mb_live_', test: 'mb_test_' } as const;
const publicIdLength = 12;
/** 32 base62 digits: 190.5 bits. */
const secretLength = 32;
/** CRC-32 needs six base62 digits. */
const checksumLength = 6;

/** Characters of every key: `mb_live_<public id>_<secret><checksum>`, or `mb_test_…`. */
export const apiKeyLength =
  prefixes.live.length + publicIdLength + 1 + secretLength + checksumLength;

const pattern = new RegExp(
  `^mb_(live|test)_([0-9A-Za-z]{${publicIdLength}})_[0-9A-Za-z]{${secretLength + checksumLength}}$`,
);

export interface ApiKeyParts {
  /** The part that may be shown and logged. */
  publicId: string;
  /** Of a test key: what it asks for is answered by an echo, and is free. */
  isTest: boolean;
}

/** A new key in clear, with 190 bits of secret from the system's secure source. */
export function createApiKey({ isTest } = { isTest: false }): ApiKeyParts & { apiKey: string } {
  const publicId = randomBase62(publicIdLength);
  const body = `${isTest ? prefixes.test : prefixes.live}${publicId}_${randomBase62(secretLength)}`;
  return { publicId, isTest, apiKey: body + checksumOf(body) };
}

/**
 * Reads a key that somebody presents. Undefined for what can be no key of ours, which the checksum
 * tells without a look-up; whether a well-formed key exists is for auth to say.
 */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  if (text.length !== apiKeyLength) return undefined;
  const [, mode, publicId] = pattern.exec(text) ?? [];
  if (publicId === undefined) return undefined;
  const body = text.slice(0, -checksumLength);
  return text.slice(-checksumLength) === checksumOf(body)
    ? { publicId, isTest: mode === 'test' }
    : undefined;
}

/** CRC-32 (ISO 3309) of everything before it: it finds typing errors and junk, it protects nothing. */
function checksumOf(body: string): string {
  return toBase62(crc32(body), checksumLength);
}
