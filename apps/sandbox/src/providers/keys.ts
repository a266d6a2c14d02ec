import { timingSafeEqual } from 'node:crypto';

/** Compares a presented key with the expected one in constant time. */
export function isKey(presented: string, expected: string): boolean {
  const [left, right] = [Buffer.from(presented), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
