import { randomFillSync } from 'node:crypto';

const randomBytes = 10;
/** Filled for many ids at once: each call into the random source costs more than the id. */
const pool = Buffer.allocUnsafe(randomBytes * 256);
let poolAt = pool.length;
let lastMs = 0;
let counter = 0;

/**
 * The 16 bytes of a new UUIDv7 (RFC 9562, section 6.2, method 1): 48 bits of time, 31 of a counter that
 * begins anywhere in its lower half each millisecond, 43 random. Ids of one process ascend.
 */
export function uuidV7(into: Uint8Array): void {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  const random = pool.subarray(poolAt, (poolAt += randomBytes));
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = random.readUInt32BE(0) >>> 2;
  } else if (counter === 0x7fffffff) {
    lastMs += 1;
    counter = 0;
  } else counter += 1;
  const high = Math.floor(lastMs / 0x10000);
  into[0] = high >>> 24;
  into[1] = high >>> 16;
  into[2] = high >>> 8;
  into[3] = high;
  into[4] = lastMs / 0x100;
  into[5] = lastMs;
  // The version, 12 bits of the counter, the variant, 19 bits more.
  into[6] = 0x70 | (counter >>> 27);
  into[7] = counter >>> 19;
  into[8] = 0x80 | ((counter >>> 13) & 0x3f);
  into[9] = counter >>> 5;
  into[10] = ((counter & 0x1f) << 3) | (random[4]! & 0x07);
  into[11] = random[5]!;
  into[12] = random[6]!;
  into[13] = random[7]!;
  into[14] = random[8]!;
  into[15] = random[9]!;
}
