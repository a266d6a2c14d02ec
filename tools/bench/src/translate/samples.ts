import {
  StreamTranslator,
  translateRequest,
  type ReplyContext,
  type UpstreamProfile,
  type WireFormat,
} from '@modelbridge/llm-wire';

export const formats: readonly WireFormat[] = ['chat', 'responses', 'messages'];

export const profiles: Readonly<Record<WireFormat, UpstreamProfile>> = {
  chat: { format: 'chat', model: 'upstream', maxOutputTokens: 32_000, dialect: 'vllm' },
  responses: { format: 'responses', model: 'upstream', maxOutputTokens: 128_000 },
  messages: { format: 'messages', model: 'upstream', maxOutputTokens: 64_000 },
};

export const context: ReplyContext = {
  model: 'public',
  includeUsage: true,
  freeformTools: new Set(),
  callerTools: new Map(),
  inputKeys: new Map(),
  echo: {},
  created: 1_790_000_000,
  now: () => 1_790_000_000,
};

const question = 'Why does the second test fail, and what is the least that mends it? ';
const code = '  if (value === "x") {\n    return build(`${name}`, \'y\');\n  }\n';
const bytesOfTurn = 2_000;

/** A coding agent's conversation of about so many bytes: text, calls of one tool and their results. */
function chatRequest(bytes: number): object {
  const turns = Array.from({ length: Math.ceil(bytes / bytesOfTurn) }, (_, turn) => [
    { role: 'user', content: [{ type: 'text', text: question.repeat(6) }] },
    {
      role: 'assistant',
      content: 'I look at the file.',
      tool_calls: [
        {
          id: `call_${turn}`,
          type: 'function',
          function: { name: 'read_file', arguments: `{"path":"src/file-${turn}.ts"}` },
        },
      ],
    },
    { role: 'tool', tool_call_id: `call_${turn}`, content: code.repeat(12) },
  ]);
  const parameters = { type: 'object', properties: { path: { type: 'string' } } };
  return {
    model: 'public',
    stream: true,
    max_completion_tokens: 4_096,
    messages: [{ role: 'system', content: 'You mend code.' }, ...turns.flat()],
    tools: [
      { type: 'function', function: { name: 'read_file', description: 'Reads', parameters } },
    ],
  };
}

/** The same request in each format. */
export function requestsOf(bytes: number): Record<WireFormat, Buffer> {
  const chat = Buffer.from(JSON.stringify(chatRequest(bytes)));
  const inFormat = (format: WireFormat): Buffer => translated('chat', format, chat);
  return { chat, responses: inFormat('responses'), messages: inFormat('messages') };
}

export function translated(from: WireFormat, to: WireFormat, body: Buffer): Buffer {
  const { now, model: publicModel } = context;
  return translateRequest({ from, body, upstream: profiles[to], publicModel, now }).body;
}

const reasoningDeltas = 40;
const textDeltas = 300;
const argumentDeltas = 60;

/** A reply's events as an upstream sends them, a token each: reasoning, text and a tool call. */
function chatStream(): Buffer[] {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'upstream' };
  const chunk = (delta: object, finish_reason: string | null = null): object => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    usage: null,
  });
  const call = (part: object): object => chunk({ tool_calls: [{ index: 0, ...part }] });
  const usage = { prompt_tokens: 900, completion_tokens: 400, total_tokens: 1_300 };
  const opening = { id: 'call_1', type: 'function', function: { name: 'write', arguments: '' } };
  const events = [
    chunk({ role: 'assistant', content: '' }),
    ...Array.from({ length: reasoningDeltas }, () => chunk({ reasoning_content: ' think' })),
    ...Array.from({ length: textDeltas }, () => chunk({ content: ' word' })),
    call(opening),
    call({ function: { arguments: '{"text":"' } }),
    ...Array.from({ length: argumentDeltas }, () => call({ function: { arguments: ' line' } })),
    call({ function: { arguments: '"}' } }),
    chunk({}, 'tool_calls'),
    { ...head, choices: [], usage },
  ].map((event) => `data: ${JSON.stringify(event)}\n\n`);
  return [...events, 'data: [DONE]\n\n'].map((event) => Buffer.from(event));
}

/** The same reply as each format streams it, an event in each piece. */
export function streamsOf(): Record<WireFormat, Buffer[]> {
  const chat = chatStream();
  const inFormat = (to: WireFormat): Buffer[] => {
    const translator = new StreamTranslator({ from: 'chat', to, context });
    const bytes = Buffer.concat([...chat.map((piece) => translator.push(piece)), translator.end()]);
    return bytes
      .toString()
      .split(/(?<=\n\n)/)
      .map((event) => Buffer.from(event));
  };
  return { chat, responses: inFormat('responses'), messages: inFormat('messages') };
}
