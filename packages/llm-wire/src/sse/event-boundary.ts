const LF = 0x0a;
const CR = 0x0d;

/** The offset after the blank line that ends the first event at or after `from`, or -1. */
export function endOfEvent(bytes: Uint8Array, from: number): number {
  return bytes.includes(CR, from) ? endAmongReturns(bytes, from) : endAmongFeeds(bytes, from);
}

/** The offset after the last complete event, or 0 where none is complete. */
export function endOfLastEvent(bytes: Buffer): number {
  const { length } = bytes;
  if (bytes[length - 1] === LF && bytes[length - 2] === LF) return length;
  if (bytes.includes(CR)) return lastEndAmongReturns(bytes);
  for (let i = bytes.lastIndexOf(LF); i > 0; i = bytes.lastIndexOf(LF, i - 1)) {
    if (bytes[i - 1] === LF) return i + 1;
  }
  return 0;
}

function endAmongFeeds(bytes: Uint8Array, from: number): number {
  for (let i = bytes.indexOf(LF, from); i !== -1; i = bytes.indexOf(LF, i + 1)) {
    if (bytes[i + 1] === LF) return i + 2;
  }
  return -1;
}

function lastEndAmongReturns(bytes: Uint8Array): number {
  let last = 0;
  for (let end = endAmongReturns(bytes, 0); end !== -1; end = endAmongReturns(bytes, end)) {
    last = end;
  }
  return last;
}

/** Lines may end with CR, LF or both. */
function endAmongReturns(bytes: Uint8Array, from: number): number {
  for (let i = from; i < bytes.length; i++) {
    if (!isLineEnd(bytes[i])) continue;
    const next = afterLineEnd(bytes, i);
    if (!isLineEnd(bytes[next])) {
      i = next - 1;
      continue;
    }
    // After CRLF, a CR at the end is the half of another one.
    const isHalf = next - i === 2 && bytes[next] === CR && next + 1 === bytes.length;
    return isHalf ? -1 : afterLineEnd(bytes, next);
  }
  return -1;
}

function afterLineEnd(bytes: Uint8Array, at: number): number {
  return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LF || byte === CR;
}
