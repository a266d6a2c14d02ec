import type { IncomingHttpHeaders } from 'node:http';
import { badField } from '../errors/request-error.js';

const header = 'x-modelbridge-prompt-cache';

/** Whether the gateway may mark what a provider is to cache, where the caller's API has no marks. */
export function mayMarkCache(headers: IncomingHttpHeaders): boolean {
  const value = headers[header] ?? 'on';
  if (value === 'on' || value === 'off') return value === 'on';
  // Misspelled, it would cost what the caller wants to save.
  throw badField(header, `'${header}' must be 'on' or 'off'.`);
}
