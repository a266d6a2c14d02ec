import type { IncomingHttpHeaders } from 'node:http';
import type { WireFormat } from '@modelbridge/llm-wire';

const openaisOwn = /^\/v1\/(chat|responses)(\/|$)/;
const anthropicsOwn = /^\/v1\/messages(\/|$)/;

/** The API whose shapes a caller expects: that of the path, else the one of its headers. */
export function callerFormat(path: string, headers: IncomingHttpHeaders): WireFormat {
  if (anthropicsOwn.test(path)) return 'messages';
  return !openaisOwn.test(path) && speaksAnthropic(headers) ? 'messages' : 'chat';
}

/** Anthropic's clients send their version, or its header for the key. */
export function speaksAnthropic(headers: IncomingHttpHeaders): boolean {
  return headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined;
}
