import { DOT, MINUS, PLUS, ZERO, isDigit } from './bytes.js';
import { JsonScanError } from './json-scan-error.js';

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/** The offset after the literal `true`, `false` or `null` that starts at `start`. */
export function endOfLiteral(body: Uint8Array, start: number): number {
  for (const literal of [TRUE, FALSE, NULL]) {
    if (literal[0] !== body[start]) continue;
    if (literal.every((byte, i) => body[start + i] === byte)) return start + literal.length;
  }
  throw new JsonScanError('invalid_json', 'the body is not valid JSON', start);
}

/** The offset after the number that starts at `start`. */
export function endOfNumber(body: Uint8Array, start: number): number {
  let pos = body[start] === MINUS ? start + 1 : start;
  if (body[pos] === ZERO) pos++;
  else pos = endOfDigits(body, pos);
  if (body[pos] === DOT) pos = endOfDigits(body, pos + 1);
  if (body[pos] === 0x65 || body[pos] === 0x45) {
    pos++;
    if (body[pos] === PLUS || body[pos] === MINUS) pos++;
    pos = endOfDigits(body, pos);
  }
  return pos;
}

function endOfDigits(body: Uint8Array, start: number): number {
  let pos = start;
  while (isDigit(body[pos])) pos++;
  if (pos === start) throw new JsonScanError('invalid_json', 'a number is malformed', start);
  return pos;
}
