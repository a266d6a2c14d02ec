import { isIP } from 'node:net';
import { BillingError } from '../book/billing-error.js';
import { webhookBounds } from './bounds.js';
import { isLoopbackAddress, isPublicAddress } from './public-address.js';

/** Where requests may go. `loopback`: to this machine too, by HTTP and to any port; for a stack on one machine only. */
export interface Reach {
  loopback: boolean;
}

export function mayReach(address: string, { loopback }: Reach): boolean {
  return isPublicAddress(address) || (loopback && isLoopbackAddress(address));
}

/** The host of an endpoint as a resolver wants it. */
export function hostOf(url: URL): string {
  return url.hostname.replaceAll(/[[\]]/g, '');
}

/** The URL of an endpoint in its canonical form. Throws what is wrong with another; names are resolved elsewhere. */
export function endpointOf(text: string, reach: Reach): URL {
  if (text.length > webhookBounds.urlLength) {
    throw wrong(`must have at most ${webhookBounds.urlLength} characters`);
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw wrong('must be a URL such as https://example.com/webhooks');
  const isLocal = reach.loopback && ['http:', 'https:'].includes(url.protocol);
  if (url.protocol !== 'https:' && !isLocal) throw wrong('must begin with https://');
  if (url.username !== '' || url.password !== '') throw wrong('must hold no user and no password');
  if (url.hash !== '') throw wrong('must hold no fragment (#…)');
  if (url.port !== '' && !reach.loopback) throw wrong('must have no port: 443 is used');
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayReach(host, reach)) throw notPublic();
  return url;
}

export function notPublic(): BillingError {
  return wrong('must lead to a public address: private, loopback and link-local ones are refused');
}

export function unresolved(): BillingError {
  return wrong('must have a host that resolves: check its name');
}

function wrong(message: string): BillingError {
  return new BillingError('invalid_argument', `url ${message}`, 'url');
}
