import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { canonicalPath } from './canonical-path.js';
import { checkHead, readTarget } from './request-head.js';

export type TakeUpgrade = (req: IncomingMessage, socket: Socket, head: Buffer) => void;

const left = new Set(['upgrade', 'http2-settings', 'connection']);

/**
 * Gives `take` the WebSockets of the Responses API. Any other upgrade is passed over, as it may be: the request
 * is served as if it had not asked. Java's HTTP client asks for HTTP/2 with every one.
 */
export function takeUpgrades(server: Server, take: TakeUpgrade): void {
  server.on('upgrade', (req: IncomingMessage, socket: Socket, head: Buffer) => {
    if (isResponsesSocket(req)) return take(req, socket, head);
    socket.unshift(Buffer.concat([plainHead(req), head]));
    server.emit('connection', socket);
  });
}

function isResponsesSocket(req: IncomingMessage): boolean {
  if (req.headers.upgrade?.toLowerCase() !== 'websocket' || req.method !== 'GET') return false;
  try {
    checkHead(req);
    return canonicalPath(readTarget(req.url ?? '').path) === '/v1/responses';
  } catch {
    // Served as a plain request, it is told what is wrong.
    return false;
  }
}

function plainHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at]!, rawHeaders[at + 1]!];
    if (!left.has(name.toLowerCase())) head += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${head}\r\n`, 'latin1');
}
