import type { IncomingMessage } from 'node:http';
import { eventually } from '@modelbridge/testing-kit';
import { WebSocket } from 'ws';

export interface SocketEvent {
  type: string;
  status?: number;
  error?: { code?: string; message?: string; param?: string | null; type?: string };
  headers?: Record<string, string>;
  stream_id?: string;
  response?: {
    id: string;
    status: string;
    output: Array<Record<string, unknown>>;
    previous_response_id?: string | null;
  };
  [member: string]: unknown;
}

const lastOfTurn = new Set([
  ...['response.completed', 'response.incomplete', 'response.failed', 'error'],
  'response.steer.failed',
]);

/** A caller's end of a connection for turns. */
export class CallerSocket {
  readonly events: SocketEvent[] = [];
  closed: { code: number; reason: string } | undefined;

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer) => this.events.push(eventOf(data.toString())));
    ws.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    ws.on('error', () => undefined);
  }

  static async open(
    url: string,
    apiKey: string,
    headers: Record<string, string> = {},
  ): Promise<CallerSocket> {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/v1/responses`, {
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
    });
    const caller = new CallerSocket(ws);
    await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
    return caller;
  }

  /** The answer of a server that does not take the upgrade. */
  static refused(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
    const ws = new WebSocket(url.replace('http', 'ws'), { headers });
    return new Promise((resolve, reject) => {
      ws.once('unexpected-response', (_, res) => resolve(res));
      ws.once('open', () => reject(new Error('it was taken'))).once('error', reject);
    });
  }

  send(event: object): void {
    this.ws.send(JSON.stringify(event));
  }

  create(body: object): void {
    this.send({ type: 'response.create', ...body });
  }

  /** The events of the next turn, when it is over. */
  async turn(body: object): Promise<SocketEvent[]> {
    const from = this.events.length;
    this.create(body);
    return this.next(from);
  }

  next(from: number): Promise<SocketEvent[]> {
    return eventually(() => {
      const events = this.events.slice(from);
      const end = events.findIndex(({ type }) => lastOfTurn.has(type));
      if (end === -1)
        throw new Error(`not over: ${JSON.stringify(events)} ${JSON.stringify(this.closed)}`);
      return events.slice(0, end + 1);
    });
  }

  end(): Promise<{ code: number; reason: string }> {
    return eventually(() => {
      if (this.closed === undefined) throw new Error('not closed');
      return this.closed;
    });
  }
}

function eventOf(text: string): SocketEvent {
  try {
    return JSON.parse(text) as SocketEvent;
  } catch {
    return { type: 'no JSON', text };
  }
}
