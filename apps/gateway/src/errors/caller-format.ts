import type { IncomingHttpHeaders } from 'node:http';
import type { WireFormat } from '@modelbridge/llm-wire';

/** The API whose shapes a caller expects where the path is the same for both vendors. */
export function callerFormat(path: string, headers: IncomingHttpHeaders): WireFormat {
  if (path === '/v1/messages' || path.startsWith('/v1/messages/')) return 'messages';
  const shared = path === '/v1/models' || path.startsWith('/v1/models/');
  return shared && speaksAnthropic(headers) ? 'messages' : 'chat';
}

/** Anthropic's clients send their version, or its header for the key. */
export function speaksAnthropic(headers: IncomingHttpHeaders): boolean {
  return headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined;
}
