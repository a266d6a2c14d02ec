import { DOT, MINUS, PLUS, ZERO, isDigit } from './bytes.js';
import { JsonScanError } from './json-scan-error.js';

/** The offset after the literal `true`, `false` or `null` that starts at `start`. */
export function endOfLiteral(body: Uint8Array, start: number): number {
  const isLiteral =
    follows(body, start, 0x74, 0x72, 0x75, 0x65) || follows(body, start, 0x6e, 0x75, 0x6c, 0x6c);
  if (isLiteral) return start + 4;
  const isFalse = body[start] === 0x66 && follows(body, start + 1, 0x61, 0x6c, 0x73, 0x65);
  if (isFalse) return start + 5;
  throw new JsonScanError('invalid_json', 'the body is not valid JSON', start);
}

function follows(
  body: Uint8Array,
  start: number,
  first: number,
  second: number,
  third: number,
  fourth: number,
): boolean {
  return (
    body[start] === first &&
    body[start + 1] === second &&
    body[start + 2] === third &&
    body[start + 3] === fourth
  );
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
