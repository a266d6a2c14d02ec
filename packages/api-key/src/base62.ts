import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The largest multiple of 62 that a byte can count to: bytes from here on would favour the first digits. */
const unbiasedBelow = 248;

/** Uniformly random base62 digits from the system's secure source: 5.95 bits each. */
export function randomBase62(length: number): string {
  let digits = '';
  while (digits.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < unbiasedBelow && digits.length < length) digits += alphabet.charAt(byte % 62);
    }
  }
  return digits;
}

/** A non-negative integer in base62, padded with zeros to `length`. */
export function toBase62(value: number, length: number): string {
  let digits = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) {
    digits = alphabet.charAt(rest % 62) + digits;
  }
  return digits.padStart(length, '0');
}
