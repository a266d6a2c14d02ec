import { hash } from 'node:crypto';

/** SHA-256 of the whole key: the only form in which a key is kept. 32 bytes. */
export function apiKeySha256(apiKey: string): Buffer {
  return hash('sha256', apiKey, 'buffer');
}

/** SHA-256 (hex) of a key's public id: how usage metadata names a key. */
export function publicIdSha256(publicId: string): string {
  return hash('sha256', publicId, 'hex');
}
