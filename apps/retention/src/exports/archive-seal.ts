import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** Where a chunk belongs: in another place it does not open, nor without the one that ends the archive. */
export interface ChunkPlace {
  exportId: string;
  attempt: number;
  /** From 0, without gaps. */
  sequence: number;
  isLast: boolean;
}

/**
 * The key of one archive, from the content key of its author and day: it ends with the author's secret and with the key of
 * that day.
 */
export function archiveKey(contentKey: Buffer, exportId: string, attempt: number): Buffer {
  return Buffer.from(
    hkdfSync('sha256', contentKey, `${exportId}|${attempt}`, 'modelbridge.archive.v1', 32),
  );
}

export function sealChunk(key: Buffer, place: ChunkPlace, plain: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(boundTo(place));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Throws on what was not sealed for this place with this key. */
export function openChunk(key: Buffer, place: ChunkPlace, sealed: Buffer): Buffer {
  if (sealed.length < ivBytes + tagBytes) throw new Error('a chunk is too short');
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(boundTo(place));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  const plain = decipher.update(sealed.subarray(ivBytes, -tagBytes));
  // Nothing of it is given away before the tag was checked.
  return Buffer.concat([plain, decipher.final()]);
}

function boundTo({ exportId, attempt, sequence, isLast }: ChunkPlace): Buffer {
  return Buffer.from(`modelbridge.archive.v1|${exportId}|${attempt}|${sequence}|${isLast}`);
}
