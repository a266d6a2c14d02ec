import { providerFacts, type Provider } from '@modelbridge/contracts';

/**
 * The base URL of an upstream as its provider's SDK takes it, with `/v1` or without. `http:` is for
 * loopback only. Throws an error that says what to change.
 */
export function normaliseBaseUrl(provider: Provider, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Error('must be an https:// URL');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new Error('must be https://, http:// is for loopback addresses only');
  }
  if (url.username !== '' || url.password !== '') throw new Error('must not hold credentials');
  if (url.search !== '' || url.hash !== '') throw new Error('must not have a query or a fragment');
  const path = url.pathname.replace(/\/+$/, '');
  const { baseUrlHasVersion } = providerFacts[provider];
  if (path.endsWith('/v1') !== baseUrlHasVersion) {
    throw new Error(`must ${baseUrlHasVersion ? '' : 'not '}end in /v1, as in the provider's SDK`);
  }
  return url.origin + path;
}

/** URL has already brought every spelling of an address into one form. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
