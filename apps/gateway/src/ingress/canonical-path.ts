/** Percent-encoded letters, digits, `-`, `.`, `_` and `~`: they mean the same as the plain ones. */
const needlesslyEncoded = /%(?:2[de]|3\d|[46][1-9a-f]|5[0-9af]|7[0-9ae])/gi;

/**
 * The path that was meant: without needless escapes and slashes, and with `/v1` once, since both
 * vendors' SDKs append to a base URL, one with `/v1` and one without.
 */
export function canonicalPath(path: string): string {
  const plain = path
    .replace(needlesslyEncoded, decodeURIComponent)
    .replace(/\/{2,}/g, '/')
    .replace(/^(?:\/v1)+(?=\/v1(?:\/|$))/, '');
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain;
}
