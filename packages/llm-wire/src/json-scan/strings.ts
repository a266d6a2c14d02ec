import { BACKSLASH, LOWER_U, QUOTE } from './bytes.js';
import { JsonScanError } from './json-scan-error.js';

/** 1 for a byte that ends a run of plain string content: quote, backslash, control character. */
const STOPS = new Uint8Array(256);
STOPS.fill(1, 0, 0x20);
STOPS[QUOTE] = 1;
STOPS[BACKSLASH] = 1;

/** 1 for a byte that may follow a backslash on its own. */
const SIMPLE_ESCAPES = new Uint8Array(256);
for (const char of '"\\/bfnrt') SIMPLE_ESCAPES[char.charCodeAt(0)] = 1;

/** Bytes that are looked at one by one before the words: most strings, and most runs between escapes, end there. */
const NEAR_BYTES = 8;
/** Four equal bytes in a word. */
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;
const BACKSLASHES = 0x5c5c5c5c;
/** Turns a quote into a space and a space into a quote, so that quote and control characters are all below 0x21. */
const QUOTE_TO_SPACE = 0x02020202;
const ABOVE_SPACES = 0x21212121;

/** Finds the ends of the strings of one body, four bytes at a time. */
export class StringScanner {
  /** Whether the string whose end was found last has an escape. */
  escaped = false;
  private readonly words: Int32Array;
  /** What to add to an offset of the body for one in `words`, counted in bytes. */
  private readonly shift: number;

  constructor(private readonly body: Uint8Array) {
    this.shift = body.byteOffset & 3;
    const bytes = this.shift + body.length;
    this.words = new Int32Array(body.buffer, body.byteOffset - this.shift, bytes >> 2);
  }

  /**
   * The offset of the closing quote of the string whose content starts at `start`.
   * Refuses what JSON refuses, and also NUL and lone surrogates, which JSON can spell but no upstream
   * and no database can hold as text.
   */
  end(start: number): number {
    const body = this.body;
    this.escaped = false;
    let pos = start;
    for (;;) {
      pos = this.nextStop(pos);
      const byte = body[pos];
      if (byte === QUOTE) return pos;
      if (byte === BACKSLASH) {
        this.escaped = true;
        pos = endOfEscape(body, pos);
      } else if (byte === undefined) {
        throw new JsonScanError('invalid_json', 'the body ends inside a string', pos);
      } else {
        throw new JsonScanError('invalid_json', 'a string has a raw control character', pos);
      }
    }
  }

  /** The first quote, backslash or control character from `start` on, or the body's length. */
  private nextStop(start: number): number {
    const { body, words, shift } = this;
    const length = body.length;
    let pos = start;
    const near = Math.min(start + NEAR_BYTES, length);
    while (pos < near) {
      if (STOPS[body[pos]!] !== 0) return pos;
      pos++;
    }
    // A word may begin up to three bytes back: those are known to be no stops.
    const last = words.length;
    for (let index = (pos + shift) >> 2; index < last; index++) {
      const found = stopsIn(words[index]!);
      if (found !== 0) return (index << 2) - shift + firstByte(found);
    }
    pos = Math.max(pos, (last << 2) - shift);
    while (pos < length && STOPS[body[pos]!] === 0) pos++;
    return pos;
  }
}

/**
 * The high bits of the word's bytes that are stops: the classic test for a byte below n, or equal to n.
 * Its lowest set bit is exact; one above it may be set by a borrow.
 */
function stopsIn(word: number): number {
  const below = (word ^ QUOTE_TO_SPACE) - ABOVE_SPACES;
  const equal = (word ^ BACKSLASHES) - ONES;
  return (below | equal) & ~word & HIGH_BITS;
}

/** Which byte of a word holds its lowest set bit, in memory order (every platform of Node in use is little-endian). */
function firstByte(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >> 3;
}

function endOfEscape(body: Uint8Array, backslash: number): number {
  const kind = body[backslash + 1];
  if (kind === LOWER_U) return endOfUnicodeEscape(body, backslash);
  if (kind !== undefined && SIMPLE_ESCAPES[kind] === 1) return backslash + 2;
  throw new JsonScanError('invalid_json', 'a string has an unknown escape', backslash);
}

function endOfUnicodeEscape(body: Uint8Array, backslash: number): number {
  const unit = hex4(body, backslash + 2);
  const end = backslash + 6;
  if (unit === 0) throw new JsonScanError('invalid_json', 'a string contains NUL', backslash);
  if (unit < 0xd800 || unit > 0xdfff) return end;
  const paired = unit < 0xdc00 && body[end] === BACKSLASH && body[end + 1] === LOWER_U;
  if (paired) {
    const low = hex4(body, end + 2);
    if (low >= 0xdc00 && low <= 0xdfff) return end + 6;
  }
  throw new JsonScanError('invalid_json', 'a string contains a lone surrogate', backslash);
}

function hex4(body: Uint8Array, start: number): number {
  let value = 0;
  for (let i = start; i < start + 4; i++) {
    const digit = hexDigit(body[i]);
    if (digit < 0) throw new JsonScanError('invalid_json', 'a string has a bad \\u escape', start);
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
