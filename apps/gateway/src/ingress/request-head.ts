import type { IncomingMessage } from 'node:http';
import { RequestError } from '../errors/request-error.js';

/** Where a request is addressed: what is checked and what is served are this one path. */
export interface RequestTarget {
  path: string;
  /** With its question mark; '' for none. */
  query: string;
}

const absoluteForm = /^https?:\/\/[^/?#\s]+/i;

/** The target in origin form, or in absolute form, whose host counts for nothing here (RFC 9112, 3.2). */
export function readTarget(target: string): RequestTarget {
  const rest = target.startsWith('/') ? target : withoutOrigin(target);
  if (rest.includes('#')) throw malformed('the target in the request line has a fragment');
  const at = rest.indexOf('?');
  return at === -1 ? { path: rest, query: '' } : { path: rest.slice(0, at), query: rest.slice(at) };
}

/** Throws 400 for what two readers could read differently: no version, no host or several of them. */
export function checkHead({ httpVersionMajor, httpVersion, rawHeaders }: IncomingMessage): void {
  if (httpVersionMajor !== 1) throw malformed('the request line has no version of HTTP/1');
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) return;
  throw malformed(hosts === 0 ? 'it has no Host header' : 'it has several Host headers');
}

function withoutOrigin(target: string): string {
  const origin = absoluteForm.exec(target)?.[0];
  if (origin === undefined) throw malformed('the target in the request line is no path');
  const rest = target.slice(origin.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function malformed(why: string): RequestError {
  const message = `The request is not well-formed HTTP: ${why}.`;
  return RequestError.of('malformed_request', { message, closes: true });
}
