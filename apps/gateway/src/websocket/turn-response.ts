import { EventEmitter } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import { SseParser, type SseEvent } from '@modelbridge/llm-wire';
import type { WebSocket } from 'ws';
import type { CallerResponse } from '../exchange.js';
import { socketBounds } from './bounds.js';
import { withPreviousId } from './continued-response.js';

/** How a turn ended for the caller. */
export interface TurnEnd {
  /** The id and the output items of a response that can be continued. */
  response?: { id: string; output: unknown[] };
  /** It failed, before or in its stream: what it continued must be forgotten. */
  failed: boolean;
}

type Headers = Record<string, string>;

const finalEvents: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
]);
/** Those that hold the response as it is by then. */
const responseEvents: ReadonlySet<string> = new Set([
  'response.created',
  'response.queued',
  'response.in_progress',
  ...finalEvents,
]);
/** What is said of HTTP itself. */
const transportHeaders = /^(content-|cache-control|connection)/;

/**
 * The reply to one turn: takes the bytes of an HTTP reply and sends each event of its stream as a message, or
 * an error as an event. Emits `drain` and `close` as node:http's does.
 */
export class TurnResponse extends EventEmitter implements CallerResponse {
  headersSent = false;
  destroyed = false;
  writableEnded = false;
  writableFinished = false;
  /** Resolves when nothing more will be sent. */
  readonly over: Promise<TurnEnd>;
  private ending: TurnEnd = { failed: false };
  private status = 0;
  private headers: Headers = {};
  /** Sent with the first event. */
  private firstHeaders: Headers | undefined;
  private readonly parser = new SseParser();
  private readonly errorBody: Buffer[] = [];
  private unsent = 0;
  private needsDrain = false;
  private readonly isGone = (): void => this.close(true);

  /** `lane` is what each message is marked with, `previousId` the response that the turn continues. */
  constructor(
    private readonly socket: WebSocket,
    private readonly lane: string | undefined,
    private readonly previousId?: string,
  ) {
    super();
    this.over = new Promise((resolve) => this.once('close', () => resolve(this.ending)));
    socket.once('close', this.isGone);
  }

  writeHead(status: number, headers: string[] | OutgoingHttpHeaders): void {
    this.headersSent = true;
    this.status = status;
    const pairs = Array.isArray(headers) ? pairsOf(headers) : Object.entries(headers);
    for (const [name, value] of pairs) {
      if (!transportHeaders.test(name)) this.headers[name] = String(value);
    }
    this.firstHeaders = this.headers;
  }

  flushHeaders(): void {
    // They travel with the first event.
  }

  write(bytes: Buffer): boolean {
    if (this.destroyed) return true;
    if (this.status === 200) for (const event of this.parser.push(bytes)) this.event(event);
    else this.errorBody.push(bytes);
    if (this.socket.bufferedAmount < socketBounds.backlogBytes) return true;
    this.needsDrain = true;
    return false;
  }

  end(body?: Buffer | string, encoding?: BufferEncoding): void {
    if (this.writableEnded || this.destroyed) return;
    if (body !== undefined) this.write(Buffer.from(body as string, encoding));
    this.writableEnded = true;
    if (this.status === 200) for (const event of this.parser.end()) this.event(event);
    else this.error();
    this.sent();
  }

  /** As over HTTP, a reply that cannot be ended well ends with its connection. */
  destroy(): void {
    if (this.destroyed) return;
    this.socket.terminate();
    this.close(true);
  }

  private event({ event, data }: SseEvent): void {
    const json = data.trim();
    // OpenAI's chat ends with a word that is no event.
    if (!json.startsWith('{') || !json.endsWith('}')) return;
    if (finalEvents.has(event)) this.readEnd(event, json);
    const extra = { headers: this.firstHeaders, stream_id: this.lane };
    this.firstHeaders = undefined;
    const { previousId } = this;
    const isKnown = previousId === undefined || !responseEvents.has(event);
    this.send(withMembers(isKnown ? json : withPreviousId(json, previousId), extra));
  }

  private readEnd(event: string, json: string): void {
    const response = responseOf(json);
    const failed = event === 'response.failed' || response === undefined;
    this.ending = failed ? { failed } : { failed, response };
  }

  private error(): void {
    this.ending = { failed: true };
    const { error } = JSON.parse(Buffer.concat(this.errorBody).toString()) as { error: object };
    const { status, headers, lane: stream_id } = this;
    this.send(JSON.stringify({ type: 'error', status, error, headers, stream_id }));
  }

  private send(text: string): void {
    this.unsent += 1;
    this.socket.send(text, () => {
      this.unsent -= 1;
      this.sent();
    });
  }

  private sent(): void {
    if (this.writableEnded && this.unsent === 0) return this.close(false);
    if (!this.needsDrain || this.socket.bufferedAmount >= socketBounds.backlogBytes / 2) return;
    this.needsDrain = false;
    this.emit('drain');
  }

  private close(early: boolean): void {
    if (this.destroyed || this.writableFinished) return;
    this.socket.off('close', this.isGone);
    if (early) this.destroyed = true;
    else this.writableFinished = true;
    this.emit('close');
  }
}

/** What can be continued; undefined where an upstream wrote something else. */
function responseOf(json: string): TurnEnd['response'] {
  try {
    const { response } = JSON.parse(json) as { response?: { id?: unknown; output?: unknown } };
    const { id, output } = response ?? {};
    return typeof id === 'string' && Array.isArray(output) ? { id, output } : undefined;
  } catch {
    return undefined;
  }
}

function* pairsOf(list: string[]): Generator<[string, string]> {
  for (let at = 0; at + 1 < list.length; at += 2) yield [list[at]!, list[at + 1]!];
}

/** More members at the end of an object's JSON text; what is undefined is left out. */
function withMembers(json: string, members: Record<string, unknown>): string {
  const more = JSON.stringify(members);
  if (more === '{}') return json;
  return `${json.slice(0, -1).trimEnd()}${json.length > 2 ? ',' : ''}${more.slice(1)}`;
}
