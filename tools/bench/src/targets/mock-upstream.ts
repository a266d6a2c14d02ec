// The fastest believable upstream: fixed chat completions, whole or streamed, over bare sockets, so that
// what is measured is the gateway. `node mock-upstream.js PORT`.
import { createServer, type Socket } from 'node:net';
import { SLOWLY } from '../load/request-body.js';

const SLOW_CHUNK_MS = 500;
const TAIL_BYTES = 4096;

const usage = {
  prompt_tokens: 200,
  completion_tokens: 40,
  total_tokens: 240,
  prompt_tokens_details: { cached_tokens: 0 },
};
const base = { id: 'chatcmpl-bench', created: 1_790_000_000, model: 'moonshotai/Kimi-K2.5' };
const text = 'word '.repeat(150);

const completion = JSON.stringify({
  ...base,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: text, refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage,
});

const json = (body: string): Buffer =>
  Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
const whole = json(completion);
const emptyList = json('{"object":"list","data":[]}');

const framed = (data: string): string => `${data.length.toString(16)}\r\n${data}\r\n`;
const event = (choices: object[], more: object = {}): string =>
  framed(
    `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices, ...more })}\n\n`,
  );
const chunk = (delta: object, finish: string | null = null): object[] => [
  { index: 0, delta, logprobs: null, finish_reason: finish },
];

const streamHead = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
);
/** 40 chunks: 38 of text, the finish, the usage; then the end. */
const streamed = [
  ...Array.from({ length: 38 }, (_, index) =>
    event(chunk({ ...(index === 0 && { role: 'assistant' }), content: ' word' }), { usage: null }),
  ),
  event(chunk({}, 'stop'), { usage: null }),
  event([], { usage }),
  `${framed('data: [DONE]\n\n')}0\r\n\r\n`,
].map((part) => Buffer.from(part));

interface Request {
  get: boolean;
  tail: string;
  /** Where the next request begins. */
  end: number;
}

const headEnd = Buffer.from('\r\n\r\n');
const lastChunk = Buffer.from('0\r\n\r\n');

/** The first request in the bytes; undefined until it is there as a whole. */
function readRequest(bytes: Buffer): Request | undefined {
  const headLength = bytes.indexOf(headEnd);
  if (headLength < 0) return undefined;
  const bodyStart = headLength + headEnd.length;
  const head = bytes.toString('latin1', 0, headLength);
  const declared = /content-length: *(\d+)/i.exec(head)?.[1];
  let end = bodyStart + Number(declared ?? 0);
  if (declared === undefined && /transfer-encoding: *chunked/i.test(head)) {
    const last = bytes.indexOf(lastChunk, bodyStart);
    if (last < 0) return undefined;
    end = last + lastChunk.length;
  }
  if (bytes.length < end) return undefined;
  const tail = bytes.toString('latin1', Math.max(bodyStart, end - TAIL_BYTES), end);
  return { get: head.startsWith('GET '), tail, end };
}

function answer(socket: Socket, request: Request): void {
  if (request.get) {
    socket.write(emptyList);
    return;
  }
  if (!request.tail.includes('"stream":true')) {
    socket.write(whole);
    return;
  }
  const slow = request.tail.includes(SLOWLY);
  let next = 0;
  const send = (): void => {
    const part = streamed[next++];
    if (!part || socket.destroyed) return;
    socket.write(part);
    if (slow) setTimeout(send, SLOW_CHUNK_MS);
    else setImmediate(send);
  };
  socket.write(streamHead);
  send();
}

createServer({ noDelay: true }, (socket) => {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (part: Buffer) => {
    pending = pending.length === 0 ? part : Buffer.concat([pending, part]);
    for (let request = readRequest(pending); request; request = readRequest(pending)) {
      pending = pending.subarray(request.end);
      answer(socket, request);
    }
  });
  socket.on('error', () => socket.destroy());
}).listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 2048 });
