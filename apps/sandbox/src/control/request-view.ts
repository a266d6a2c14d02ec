import type { IncomingHttpHeaders } from 'node:http';
import type { LoggedRequest } from './request-log.js';

const KEY_HEADERS = new Set(['authorization', 'x-api-key']);
const SHOWN_KEY_CHARACTERS = 4;

/** A record as the control list shows it: the body parsed, the provider's key masked. */
export function requestView(entry: LoggedRequest) {
  const { body, headers, receivedAt, ...rest } = entry;
  return {
    ...rest,
    receivedAt: new Date(receivedAt).toISOString(),
    headers: maskedHeaders(headers),
    body: parsedBody(body),
  };
}

function maskedHeaders(headers: IncomingHttpHeaders): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      KEY_HEADERS.has(name) && typeof value === 'string' ? masked(value) : value,
    ]),
  );
}

function masked(value: string): string {
  const space = value.lastIndexOf(' ');
  const key = value.slice(space + 1);
  const shown = key.length > 2 * SHOWN_KEY_CHARACTERS ? key.slice(-SHOWN_KEY_CHARACTERS) : '';
  return `${value.slice(0, space + 1)}****${shown}`;
}

/** The JSON of a body; null where it is not kept, the text where it is not JSON. */
function parsedBody(body: Buffer | undefined): unknown {
  if (!body || body.length === 0) return null;
  const text = body.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
