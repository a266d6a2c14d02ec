import { randomUUID } from 'node:crypto';

/** A fresh opaque id, as vendors make them: a prefix and 32 hexadecimal digits. */
export function newId(prefix: string): string {
  return `${prefix}${randomUUID().replaceAll('-', '')}`;
}

export function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
