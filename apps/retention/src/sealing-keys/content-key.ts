import { hkdfSync } from 'node:crypto';

/** Another format of sealed content has other keys. */
const info = 'modelbridge.content.v1';

/**
 * The 32 bytes that seal and open what one author said on one day, from what the day's key and the author's secret derive.
 * Without either there is no way to them.
 */
export function contentKeyFrom(ofDay: Buffer, ofAuthor: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', ofDay, ofAuthor, info, 32));
}
