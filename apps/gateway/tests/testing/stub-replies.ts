import type { ServerResponse } from 'node:http';
import { chatChunk, json, sendStream, type ReceivedRequest } from './stub-upstream.js';

/** What a stub model says: words, and then perhaps a call of the tool `look`. */
export interface StubReply {
  words: readonly string[];
  callsTool?: boolean;
}

const toolInput = '{"at":"x"}';

/** Answers in the format of the API that was called, whole or as a stream. Every reply is 30 in, 12 out. */
export function answerLike(reply: StubReply) {
  return (res: ServerResponse, request: ReceivedRequest): void => {
    const streams = request.json['stream'] === true;
    const [whole, frames] = formatFor(request.path)(reply);
    if (streams) sendStream(res, frames);
    else json(res, 200, whole);
  };
}

/** The frames of a stream in the format of the API at this path. */
export function framesFor(path: string, reply: StubReply): string[] {
  return formatFor(path)(reply)[1];
}

function formatFor(path: string): (reply: StubReply) => [object, string[]] {
  if (path.endsWith('/messages')) return messagesReply;
  return path.endsWith('/responses') ? responsesReply : chatReply;
}

function chatReply({ words, callsTool }: StubReply): [object, string[]] {
  const calls = [
    { id: 'call_1', type: 'function', function: { name: 'look', arguments: toolInput } },
  ];
  const finish_reason = callsTool ? 'tool_calls' : 'stop';
  const usage = { prompt_tokens: 30, completion_tokens: 12, total_tokens: 42 };
  const message = {
    role: 'assistant',
    content: words.join(''),
    refusal: null,
    ...(callsTool ? { tool_calls: calls } : {}),
  };
  const whole = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, logprobs: null, finish_reason }],
    usage,
  };
  const frames = [
    chatChunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chatChunk({ content })),
    ...(callsTool ? [chatChunk({ tool_calls: [{ index: 0, ...calls[0] }] })] : []),
    chatChunk({}, { choices: [{ index: 0, delta: {}, logprobs: null, finish_reason }] }),
    chatChunk({}, { choices: [], usage }),
    'data: [DONE]\n\n',
  ];
  return [whole, frames];
}

function responsesReply({ words, callsTool }: StubReply): [object, string[]] {
  const part = { type: 'output_text', text: words.join(''), annotations: [], logprobs: [] };
  const open = { id: 'msg_1', type: 'message', role: 'assistant' };
  const message = { ...open, status: 'completed', content: [part] };
  const call = {
    id: 'fc_1',
    type: 'function_call',
    status: 'completed',
    call_id: 'call_1',
    name: 'look',
    arguments: toolInput,
  };
  const output = callsTool ? [message, call] : [message];
  const usage = {
    input_tokens: 30,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 12,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 42,
  };
  const started = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', output: [] };
  const whole = { ...started, status: 'completed', error: null, output, usage };
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const empty = { ...part, text: '' };
  const events: object[] = [
    { type: 'response.created', response: { ...started, status: 'in_progress' } },
    { type: 'response.in_progress', response: { ...started, status: 'in_progress' } },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...open, status: 'in_progress', content: [] },
    },
    { type: 'response.content_part.added', ...at, part: empty },
    ...words.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text: part.text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index: 0, item: message },
    ...(callsTool ? functionCallEvents(call) : []),
    { type: 'response.completed', response: whole },
  ];
  const frames = events.map((event, i) => named({ ...event, sequence_number: i }));
  return [whole, frames];
}

function functionCallEvents(call: { id: string; arguments: string }): object[] {
  const at = { item_id: call.id, output_index: 1 };
  const item = { ...call, status: 'in_progress', arguments: '' };
  return [
    { type: 'response.output_item.added', output_index: 1, item },
    { type: 'response.function_call_arguments.delta', ...at, delta: call.arguments },
    { type: 'response.function_call_arguments.done', ...at, arguments: call.arguments },
    { type: 'response.output_item.done', output_index: 1, item: call },
  ];
}

function messagesReply({ words, callsTool }: StubReply): [object, string[]] {
  const text = { type: 'text', text: words.join('') };
  const call = { type: 'tool_use', id: 'toolu_1', name: 'look' };
  const stop = { stop_reason: callsTool ? 'tool_use' : 'end_turn', stop_sequence: null };
  const base = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm' };
  const usage = { input_tokens: 30, output_tokens: 12 };
  const input = JSON.parse(toolInput) as object;
  const content = callsTool ? [text, { ...call, input }] : [text];
  const whole = { ...base, content, ...stop, usage };
  const started = { ...base, content: [], stop_reason: null, stop_sequence: null };
  const events: object[] = [
    {
      type: 'message_start',
      message: { ...started, usage: { input_tokens: 30, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...words.map((word) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: word },
    })),
    { type: 'content_block_stop', index: 0 },
    ...(callsTool
      ? [
          { type: 'content_block_start', index: 1, content_block: { ...call, input: {} } },
          {
            type: 'content_block_delta',
            index: 1,
            delta: { type: 'input_json_delta', partial_json: toolInput },
          },
          { type: 'content_block_stop', index: 1 },
        ]
      : []),
    { type: 'message_delta', delta: stop, usage: { output_tokens: 12 } },
    { type: 'message_stop' },
  ];
  return [whole, events.map(named)];
}

function named(event: object): string {
  return `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`;
}
