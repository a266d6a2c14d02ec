import type {
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import type { WireFormat } from '@modelbridge/llm-wire';
import type { ResolvedKey } from './keys/resolved-key.js';

/** What inference asks of a caller's request: node:http's has it, and so has a turn on a socket. */
export interface CallerRequest {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string };
  /** All of its body was read. */
  readonly complete: boolean;
  resume(): unknown;
  once(event: 'end' | 'close', listener: () => void): CallerRequest;
}

/** What inference asks of the reply to a caller, the same. */
export interface CallerResponse {
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  writeHead(status: number, headers: string[] | OutgoingHttpHeaders): unknown;
  flushHeaders(): void;
  write(bytes: Buffer): boolean;
  end(body?: Buffer | string, encoding?: BufferEncoding): unknown;
  destroy(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  /** Of one that changes what the caller gets: puts something between it and the caller. */
  wrapCaller?(wrap: (to: CallerResponse) => CallerResponse): void;
}

/** What a caller sent, where that is not the body that inference works on. */
export interface SentMessage {
  method: string;
  path: string;
  body: Buffer;
  /** Of the body as it came, which may be in another thread's memory by now. */
  bodyBytes: number;
  /** False where it says that it is not to be stored. */
  mayStore: boolean;
}

/** A request whose key is known, wherever it came from. */
export interface CallerExchange {
  req: CallerRequest;
  res: CallerResponse;
  requestId: string;
  /** The API whose shapes the caller speaks. */
  format: WireFormat;
  key: ResolvedKey;
  /** For how many milliseconds it has waited for other services: of `bounds.longestWaitMs`. */
  waitedMs: number;
  /** Undefined where its body is what inference is given. */
  sent?: SentMessage;
}

/** One over HTTP, on its way from the ingress to what answers it. */
export interface Exchange extends CallerExchange {
  req: IncomingMessage;
  res: ServerResponse;
}
