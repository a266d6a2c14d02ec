/** Crockford's base 32 in lower case, as TypeIDs have it. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';
const digitCodes = Uint8Array.from(digits, (digit) => digit.charCodeAt(0));
const digitValues = new Uint8Array(128);
for (const [value, code] of digitCodes.entries()) digitValues[code] = value;

/** Digits of 16 bytes: 26 digits of 5 bits hold 130, so the first carries only 3. */
export const base32Length = 26;

const text = Buffer.alloc(base32Length);

/** The 26 digits of 16 bytes. */
export function toBase32(bytes: Uint8Array): string {
  let pending = 0;
  let pendingBits = 2;
  let at = 0;
  for (let index = 0; index < 16; index += 1) {
    pending = (pending << 8) | bytes[index]!;
    pendingBits += 8;
    while (pendingBits >= 5) {
      pendingBits -= 5;
      text[at] = digitCodes[(pending >>> pendingBits) & 31]!;
      at += 1;
    }
    pending &= (1 << pendingBits) - 1;
  }
  return text.toString('latin1');
}

/** Reads 26 digits from `start` of a text that has the form already. */
export function fromBase32(encoded: string, start: number, into: Uint8Array): void {
  let pending = 0;
  let pendingBits = -2;
  let at = 0;
  for (let index = start; index < start + base32Length; index += 1) {
    pending = (pending << 5) | digitValues[encoded.charCodeAt(index)]!;
    pendingBits += 5;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      into[at] = pending >>> pendingBits;
      at += 1;
      pending &= (1 << pendingBits) - 1;
    }
  }
}
