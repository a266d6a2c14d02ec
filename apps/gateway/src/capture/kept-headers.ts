import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/**
 * Headers of a request that say what was asked for, and by which software. Whatever else came, a key above all, is
 * not kept: neither names that nobody foresaw nor what proxies add.
 */
const keptOfRequests = [
  'accept',
  'anthropic-beta',
  'anthropic-version',
  'content-encoding',
  'content-type',
  'idempotency-key',
  'openai-beta',
  'session_id',
  'x-modelbridge-store',
  'x-modelbridge-tags',
  'x-stainless-lang',
  'x-stainless-package-version',
  'x-stainless-retry-count',
  'x-stainless-runtime',
  'x-stainless-runtime-version',
] as const;

const keptOfReplies: ReadonlySet<string> = new Set([
  'content-type',
  'retry-after',
  'retry-after-ms',
  'x-modelbridge-error-source',
  'x-modelbridge-ignored',
  'x-modelbridge-model',
  'x-modelbridge-output-cap',
  'x-modelbridge-provider',
  'x-modelbridge-region',
  'x-request-id',
  'x-should-retry',
]);

export function keptOfRequest(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of keptOfRequests) {
    const value = headers[name];
    if (value !== undefined) kept[name] = String(value);
  }
  return kept;
}

/** Of headers as node:http takes them: an object, or names and values in turn. */
export function keptOfReply(headers: string[] | OutgoingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  const keep = (name: string, value: unknown): void => {
    if (keptOfReplies.has(name)) kept[name] = String(value);
  };
  if (Array.isArray(headers)) {
    for (let at = 0; at + 1 < headers.length; at += 2) keep(headers[at]!, headers[at + 1]);
  } else for (const [name, value] of Object.entries(headers)) keep(name, value);
  return kept;
}
