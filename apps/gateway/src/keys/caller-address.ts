import type { IncomingHttpHeaders } from 'node:http';
import { isIPv6 } from 'node:net';

/** A request as far as it tells where it came from. */
export interface CallerConnection {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string };
}

const mapped = /^::ffff:(?=\d+\.)/i;

/** Whom to count for: `seenAddress`, of IPv6 the first 64 bits, which one subscriber has at least. */
export function callerAddress(from: CallerConnection, trustedProxies: number): string {
  const seen = seenAddress(from, trustedProxies);
  return isIPv6(seen) ? networkOf(seen) : seen;
}

/**
 * The address that the outermost of so many trusted proxies saw, each of which adds to X-Forwarded-For whom it
 * got the request from: what stands before that anybody may have written.
 */
export function seenAddress({ headers, socket }: CallerConnection, trustedProxies: number): string {
  const header = headers['x-forwarded-for'];
  const told = trustedProxies === 0 || header === undefined ? [] : String(header).split(',');
  const chain = [...told, socket.remoteAddress ?? ''];
  return chain[Math.max(0, chain.length - 1 - trustedProxies)]!.trim().replace(mapped, '');
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const omitted = tail === undefined ? 0 : 8 - groups.length - tail.split(':').length;
  const all = [
    ...groups,
    ...Array<string>(Math.max(0, omitted)).fill('0'),
    ...(tail ?? '').split(':'),
  ];
  return all
    .slice(0, 4)
    .map((group) => parseInt(group || '0', 16).toString(16))
    .join(':');
}
