import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  json: Record<string, unknown>;
}

/** A model provider in this process that answers as each test wants. */
export class StubUpstream {
  readonly received: ReceivedRequest[] = [];
  answer: (res: ServerResponse, request: ReceivedRequest) => void = (res) => chatReply(res);
  url = '';
  private server: Server | undefined;

  async start(): Promise<void> {
    const server = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const request = {
          method: req.method ?? '',
          path: req.url ?? '',
          headers: req.headers,
          body,
          get json() {
            return JSON.parse(body) as Record<string, unknown>;
          },
        };
        this.received.push(request);
        this.answer(res, request);
      });
    });
    // A connection is closed by a test alone, never just when the gateway sends on it.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  get last(): ReceivedRequest {
    const last = this.received.at(-1);
    if (last === undefined) throw new Error('the upstream was not called');
    return last;
  }
}

export const chatUsage = {
  prompt_tokens: 30,
  completion_tokens: 12,
  total_tokens: 42,
  prompt_tokens_details: { cached_tokens: 10 },
  completion_tokens_details: { reasoning_tokens: 4 },
};

export function chatReplyBody(content = 'Hello there', usage: object | null = chatUsage): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'upstream-model',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    ...(usage === null ? {} : { usage }),
  });
}

export function chatReply(res: ServerResponse, content?: string, usage?: object | null): void {
  json(res, 200, chatReplyBody(content, usage));
}

export function json(
  res: ServerResponse,
  status: number,
  body: object | string,
  headers: Record<string, string> = {},
): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export function chatChunk(delta: object, rest: object = {}): string {
  return `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'upstream-model',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
    usage: null,
    ...rest,
  })}\n\n`;
}

/** The frames of a whole chat stream that says these words. */
export function chatStream(words: string[], usage: object | null = chatUsage): string[] {
  const end = { choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }] };
  return [
    chatChunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chatChunk({ content })),
    chatChunk({}, end),
    ...(usage === null ? [] : [chatChunk({}, { choices: [], usage })]),
    'data: [DONE]\n\n',
  ];
}

export function streamHead(res: ServerResponse, headers: Record<string, string> = {}): void {
  res.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
}

export function sendStream(res: ServerResponse, frames: string[]): void {
  streamHead(res);
  for (const frame of frames) res.write(frame);
  res.end();
}
