import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { newId } from '@modelbridge/contracts';
import { RequestError } from '../errors/request-error.js';
import { errorBody, errorHeaders } from '../errors/send-error.js';

type ClientError = Error & { code?: string };
/** Node's own name for the reply that is under way; its default handler looks at the same. */
type HttpSocket = Socket & { _httpMessage?: ServerResponse | null };

/** Answers what never became a request: a head that came too slowly, is too large or cannot be read. */
export function answerClientError(error: ClientError, socket: HttpSocket): void {
  if (error.code !== 'ECONNRESET') endWith(socket, meaningOf(error));
}

/** Answers on a connection, where no reply is under way, and closes it. */
export function endWith(socket: HttpSocket, error: RequestError): void {
  if (socket.destroyed) return;
  const reply = socket._httpMessage;
  const isReplying = reply?.headersSent === true && !reply.writableEnded;
  if (socket.writable && !isReplying) socket.write(answerTo(error));
  socket.destroy();
}

function meaningOf({ code }: ClientError): RequestError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return RequestError.of('request_timeout');
    case 'HPE_HEADER_OVERFLOW':
      return RequestError.of('headers_too_large');
    default:
      return RequestError.of('malformed_request');
  }
}

/** In OpenAI's shape: nobody knows what the caller speaks. */
function answerTo(error: RequestError): string {
  const requestId = newId('request');
  const body = errorBody('chat', error, requestId);
  const headers = {
    ...errorHeaders('chat', error, requestId, Buffer.byteLength(body)),
    date: new Date().toUTCString(),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join('')}\r\n${body}`;
}
