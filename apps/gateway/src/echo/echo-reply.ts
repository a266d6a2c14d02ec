import { hash } from 'node:crypto';
import type { JsonObject, WireFormat } from '@modelbridge/llm-wire';
import { echoText, echoTokens } from './echo-text.js';

/** What every API's reply is made of. */
interface Echo {
  /** The same for the same request. */
  id: string;
  model: unknown;
  text: string;
  inputTokens: number;
  outputTokens: number;
}

interface EchoFormat {
  whole(echo: Echo, request: JsonObject): JsonObject;
  /** Events in their order: with a name where the API names them. */
  stream(echo: Echo, request: JsonObject): JsonObject[];
}

const noTime = 0;

const chat: EchoFormat = {
  whole: (echo, request) => ({
    ...chatHead(echo, 'chat.completion'),
    choices: choicesOf(request).map((index) => ({
      index,
      message: { role: 'assistant', content: echo.text, refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    })),
    usage: chatUsage(echo, request),
  }),
  stream: (echo, request) => {
    const head = { ...chatHead(echo, 'chat.completion.chunk'), usage: null };
    const chunk = (index: number, delta: JsonObject, finish_reason: string | null): JsonObject => ({
      ...head,
      choices: [{ index, delta, logprobs: null, finish_reason }],
    });
    return [
      ...choicesOf(request).flatMap((index) => [
        chunk(index, { role: 'assistant', content: '' }, null),
        chunk(index, { content: echo.text }, null),
        chunk(index, {}, 'stop'),
      ]),
      { ...head, choices: [], usage: chatUsage(echo, request) },
    ];
  },
};

const messages: EchoFormat = {
  whole: (echo) => ({
    ...messageHead(echo),
    content: [{ type: 'text', text: echo.text }],
    stop_reason: 'end_turn',
    usage: messageUsage(echo, echo.outputTokens),
  }),
  stream: (echo) => [
    {
      type: 'message_start',
      message: { ...messageHead(echo), content: [], usage: messageUsage(echo, 1) },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: echo.text } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: messageUsage(echo, echo.outputTokens),
    },
    { type: 'message_stop' },
  ],
};

const responses: EchoFormat = {
  whole: (echo, request) => response(echo, request, 'completed'),
  stream: (echo, request) => {
    const place = { item_id: `msg_${echo.id}`, output_index: 0, content_index: 0 };
    const started = { ...outputItem(echo), status: 'in_progress', content: [] };
    const events: JsonObject[] = [
      { type: 'response.created', response: response(echo, request, 'in_progress') },
      { type: 'response.in_progress', response: response(echo, request, 'in_progress') },
      { type: 'response.output_item.added', output_index: 0, item: started },
      { type: 'response.content_part.added', ...place, part: outputText('') },
      { type: 'response.output_text.delta', ...place, delta: echo.text, logprobs: [] },
      { type: 'response.output_text.done', ...place, text: echo.text, logprobs: [] },
      { type: 'response.content_part.done', ...place, part: outputText(echo.text) },
      { type: 'response.output_item.done', output_index: 0, item: outputItem(echo) },
      { type: 'response.completed', response: response(echo, request, 'completed') },
    ];
    return events.map((event, index) => ({ ...event, sequence_number: index }));
  },
};

const formats: Record<WireFormat, EchoFormat> = { chat, responses, messages };

/** The reply to a request in an upstream's API; the same bytes every time. */
export function echoReply(format: WireFormat, body: Buffer, streams: boolean): Buffer {
  const request = JSON.parse(body.toString()) as JsonObject;
  const text = echoText(format, request);
  const echo: Echo = {
    id: hash('sha256', body, 'hex').slice(0, 24),
    model: request['model'],
    text,
    inputTokens: echoTokens(body.toString()),
    outputTokens: echoTokens(text),
  };
  if (!streams) return Buffer.from(JSON.stringify(formats[format].whole(echo, request)));
  const events = formats[format].stream(echo, request).map((event) => {
    const name = format === 'chat' ? '' : `event: ${String(event['type'])}\n`;
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
  return Buffer.from(events.join('') + (format === 'chat' ? 'data: [DONE]\n\n' : ''));
}

function choicesOf({ n }: JsonObject): number[] {
  return Array.from({ length: typeof n === 'number' ? n : 1 }, (_, index) => index);
}

function chatHead({ id, model }: Echo, object: string): JsonObject {
  return { id: `chatcmpl-${id}`, object, created: noTime, model };
}

function chatUsage({ inputTokens, outputTokens }: Echo, request: JsonObject): JsonObject {
  const completion_tokens = outputTokens * choicesOf(request).length;
  return {
    prompt_tokens: inputTokens,
    completion_tokens,
    total_tokens: inputTokens + completion_tokens,
  };
}

function messageHead({ id, model }: Echo): JsonObject {
  const head = { id: `msg_${id}`, type: 'message', role: 'assistant', model };
  return { ...head, stop_reason: null, stop_sequence: null };
}

function messageUsage({ inputTokens }: Echo, output_tokens: number): JsonObject {
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens,
  };
}

function outputText(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function outputItem({ id, text }: Echo): JsonObject {
  return {
    id: `msg_${id}`,
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [outputText(text)],
  };
}

function response(echo: Echo, request: JsonObject, status: 'in_progress' | 'completed') {
  const { id, model, inputTokens, outputTokens } = echo;
  const isOver = status === 'completed';
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: noTime,
    status,
    error: null,
    incomplete_details: null,
    instructions: request['instructions'] ?? null,
    metadata: request['metadata'] ?? {},
    model,
    output: isOver ? [outputItem(echo)] : [],
    parallel_tool_calls: true,
    tool_choice: request['tool_choice'] ?? 'auto',
    tools: request['tools'] ?? [],
    usage: isOver
      ? {
          input_tokens: inputTokens,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: outputTokens,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: inputTokens + outputTokens,
        }
      : null,
  } as JsonObject;
}
