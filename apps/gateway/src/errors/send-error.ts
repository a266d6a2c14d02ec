import { buildError, errorType } from '@modelbridge/llm-wire';
import { bounds } from '../bounds.js';
import type { CallerRequest, CallerResponse } from '../exchange.js';
import type { ErrorFormat } from './caller-format.js';
import { problemBody } from './problem.js';
import { RequestError } from './request-error.js';

/** Statuses after which the rest of a body is not worth reading. */
const closing = new Set([408, 413, 415]);

/** Answers with an error in the shape of the caller's API. Does nothing once an answer has begun. */
export function sendError(
  req: CallerRequest,
  res: CallerResponse,
  format: ErrorFormat,
  requestId: string,
  error: RequestError,
  more: Readonly<Record<string, string>> = {},
): void {
  if (res.headersSent || res.destroyed) return;
  const body = Buffer.from(errorBody(format, error, requestId));
  const cutsShort = closing.has(error.status) && !req.complete;
  const close = error.options.closes === true || cutsShort;
  const headers = { ...errorHeaders(format, error, requestId, body.length), ...more };
  if (close) headers['connection'] = 'close';
  res.writeHead(error.status, headers);
  if (!close || req.complete) {
    res.end(body);
    return;
  }
  // Closing with unread input resets the connection, and the caller would never see the answer.
  res.write(body);
  req.resume();
  const end = (): void => {
    clearTimeout(timer);
    if (!res.writableEnded) res.end();
  };
  const timer = setTimeout(end, bounds.lingerMs);
  req.once('end', end).once('close', end);
}

export function errorHeaders(
  format: ErrorFormat,
  error: RequestError,
  requestId: string,
  bodyBytes: number,
): Record<string, string | number> {
  return {
    'content-type': `application/${format === 'problem' ? 'problem+json' : 'json'}; charset=utf-8`,
    'content-length': bodyBytes,
    'x-request-id': requestId,
    ...retryHeaders(error),
    ...error.options.headers,
    ...(format === 'messages' ? { 'request-id': requestId } : {}),
  };
}

/** What SDKs go by before they look at the status. */
function retryHeaders({ retry, options }: RequestError): Record<string, string> {
  if (retry === undefined) return {};
  const headers = { 'x-should-retry': String(retry) };
  const ms = options.retryAfterMs;
  if (!retry || ms === undefined) return headers;
  return { ...headers, 'retry-after-ms': String(ms), 'retry-after': String(Math.ceil(ms / 1_000)) };
}

export function errorBody(format: ErrorFormat, error: RequestError, requestId: string): string {
  if (format === 'problem') return problemBody(error, requestId);
  const { status, code, message, options, upstreamType } = error;
  const type = upstreamType ?? errorType(format, status);
  const body = buildError(
    format,
    { status, type, code, message, param: options.param ?? null },
    requestId,
  );
  // Anthropic's shape has no room for a code, but clients may ignore what they do not know.
  const own = format === 'messages' && upstreamType === undefined ? { code } : undefined;
  if (own === undefined && options.details === undefined) return body;
  const parsed = JSON.parse(body) as { error: object };
  return JSON.stringify({ ...parsed, error: { ...parsed.error, ...own, ...options.details } });
}
