// The fastest believable upstream: fixed chat completions, whole or streamed, so that what is measured is
// the gateway. `node mock-upstream.js PORT`.
import { createServer } from 'node:http';

const usage = {
  prompt_tokens: 200,
  completion_tokens: 40,
  total_tokens: 240,
  prompt_tokens_details: { cached_tokens: 0 },
};
const base = { id: 'chatcmpl-bench', created: 1_790_000_000, model: 'moonshotai/Kimi-K2.5' };
const text = 'word '.repeat(150);

const whole = Buffer.from(
  JSON.stringify({
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
  }),
);

const frame = (choices: object[], more: object = {}): Buffer =>
  Buffer.from(
    `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices, ...more })}\n\n`,
  );
const chunk = (delta: object, finish: string | null = null): object[] => [
  { index: 0, delta, logprobs: null, finish_reason: finish },
];

/** 40 chunks: 38 of text, the finish, the usage. */
const streamed = [
  ...Array.from({ length: 38 }, (_, index) =>
    frame(chunk({ ...(index === 0 && { role: 'assistant' }), content: ' word' }), { usage: null }),
  ),
  frame(chunk({}, 'stop'), { usage: null }),
  frame([], { usage }),
];
const done = Buffer.from('data: [DONE]\n\n');

createServer((request, response) => {
  let tail = '';
  request.on('data', (part: Buffer) => (tail = part.subarray(-4096).toString('latin1')));
  request.on('end', () => {
    if (request.method === 'GET') {
      response.end('{"object":"list","data":[]}');
      return;
    }
    if (!tail.includes('"stream":true')) {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': whole.length,
      });
      response.end(whole);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let next = 0;
    const send = (): void => {
      const part = streamed[next++];
      if (!part) {
        response.end(done);
        return;
      }
      response.write(part);
      setImmediate(send);
    };
    send();
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
