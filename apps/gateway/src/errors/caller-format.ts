import type { IncomingHttpHeaders } from 'node:http';
import type { WireFormat } from '@modelbridge/llm-wire';

const openaisOwn = /^\/v1\/(chat|responses)(\/|$)/;
const anthropicsOwn = /^\/v1\/messages(\/|$)/;

/** The API whose shapes a caller expects: that of the path, else the one of its headers. */
export function callerFormat(path: string, headers: IncomingHttpHeaders): WireFormat {
  if (anthropicsOwn.test(path)) return 'messages';
  return !openaisOwn.test(path) && speaksAnthropic(headers) ? 'messages' : 'chat';
}

/** The shape of an error: a wire API's, or the problem details of RFC 9457. */
export type ErrorFormat = WireFormat | 'problem';

const management = /^\/v1\/(account|keys|limits|spend|audit-log|teams|invitations)(\/|$)/;

/** The shape in which errors of a path are told: the management API is no vendor's. */
export function errorFormat(path: string, headers: IncomingHttpHeaders): ErrorFormat {
  return management.test(path) ? 'problem' : callerFormat(path, headers);
}

/** Anthropic's clients send their version, or its header for the key. */
export function speaksAnthropic(headers: IncomingHttpHeaders): boolean {
  return headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined;
}
