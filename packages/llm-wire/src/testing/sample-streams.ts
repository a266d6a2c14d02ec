import type { WireFormat } from '../wire-format.js';

function sse(events: Array<object | string>, named: boolean): Buffer {
  const frames = events.map((event) => {
    if (typeof event === 'string') return `data: ${event}\n\n`;
    const name = named ? `event: ${(event as { type: string }).type}\n` : '';
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
  return Buffer.from(frames.join(''));
}

function chatChunk(delta: object, finish_reason: string | null = null): object {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
  return { ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason }], usage: null };
}

const CHAT_USAGE = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_tokens_details: { cached_tokens: 40 },
  completion_tokens_details: { reasoning_tokens: 5 },
};

/** The same reply as each vendor streams it: reasoning, "Grüße", and two parallel calls. */
export const SAMPLE_STREAMS: Readonly<Record<WireFormat, Buffer>> = {
  chat: sse(
    [
      chatChunk({ role: 'assistant', content: '' }),
      chatChunk({ reasoning_content: 'Think.' }),
      chatChunk({ content: 'Gr' }),
      chatChunk({ content: 'üße' }),
      chatChunk({
        tool_calls: [
          { index: 0, id: 'call_a', type: 'function', function: { name: 'f', arguments: '' } },
        ],
      }),
      chatChunk({ tool_calls: [{ index: 0, function: { arguments: '{"x"' } }] }),
      chatChunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
      chatChunk({
        tool_calls: [
          { index: 1, id: 'call_b', type: 'function', function: { name: 'g', arguments: '{}' } },
        ],
      }),
      chatChunk({}, 'tool_calls'),
      { ...chatChunk({}), choices: [], usage: CHAT_USAGE },
      '[DONE]',
    ],
    false,
  ),
  messages: sse(
    [
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 60, cache_read_input_tokens: 40, output_tokens: 1 },
        },
      },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '', signature: '' },
      },
      { type: 'ping' },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'thinking_delta', thinking: 'Think.' },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'signature_delta', signature: 'c2ln' },
      },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Gr' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'üße' } },
      { type: 'content_block_stop', index: 1 },
      {
        type: 'content_block_start',
        index: 2,
        content_block: { type: 'tool_use', id: 'call_a', name: 'f', input: {} },
      },
      {
        type: 'content_block_delta',
        index: 2,
        delta: { type: 'input_json_delta', partial_json: '' },
      },
      {
        type: 'content_block_delta',
        index: 2,
        delta: { type: 'input_json_delta', partial_json: '{"x":1}' },
      },
      { type: 'content_block_stop', index: 2 },
      {
        type: 'content_block_start',
        index: 3,
        content_block: { type: 'tool_use', id: 'call_b', name: 'g', input: {} },
      },
      { type: 'content_block_stop', index: 3 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { input_tokens: null, output_tokens: 20, cache_read_input_tokens: 40 },
      },
      { type: 'message_stop' },
    ],
    true,
  ),
  responses: sse(
    numbered([
      {
        type: 'response.created',
        response: { id: 'resp_1', object: 'response', created_at: 1, error: null },
      },
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { id: 'rs_1', type: 'reasoning', summary: [] },
      },
      {
        type: 'response.reasoning_summary_part.added',
        output_index: 0,
        summary_index: 0,
        part: {},
      },
      {
        type: 'response.reasoning_summary_text.delta',
        output_index: 0,
        summary_index: 0,
        delta: 'Think.',
      },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: {
          id: 'rs_1',
          type: 'reasoning',
          summary: [{ type: 'summary_text', text: 'Think.' }],
          encrypted_content: 'ZW5j',
        },
      },
      {
        type: 'response.output_item.added',
        output_index: 1,
        item: { id: 'msg_1', type: 'message', content: [] },
      },
      {
        type: 'response.content_part.added',
        output_index: 1,
        content_index: 0,
        part: { type: 'output_text', text: '', annotations: [] },
      },
      { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Gr' },
      { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'üße' },
      { type: 'response.output_text.done', output_index: 1, content_index: 0, text: 'Grüße' },
      {
        type: 'response.content_part.done',
        output_index: 1,
        content_index: 0,
        part: { type: 'output_text', text: 'Grüße', annotations: [] },
      },
      {
        type: 'response.output_item.done',
        output_index: 1,
        item: { id: 'msg_1', type: 'message', content: [] },
      },
      {
        type: 'response.output_item.added',
        output_index: 2,
        item: { id: 'fc_1', type: 'function_call', call_id: 'call_a', name: 'f', arguments: '' },
      },
      // Some servers send the arguments without deltas.
      { type: 'response.function_call_arguments.done', output_index: 2, arguments: '{"x":1}' },
      {
        type: 'response.output_item.done',
        output_index: 2,
        item: {
          id: 'fc_1',
          type: 'function_call',
          call_id: 'call_a',
          name: 'f',
          arguments: '{"x":1}',
        },
      },
      {
        type: 'response.output_item.done',
        output_index: 3,
        item: { id: 'fc_2', type: 'function_call', call_id: 'call_b', name: 'g', arguments: '{}' },
      },
      {
        type: 'response.completed',
        response: {
          id: 'resp_1',
          object: 'response',
          created_at: 1,
          status: 'completed',
          error: null,
          output: [
            { type: 'reasoning' },
            { type: 'message' },
            { type: 'function_call' },
            { type: 'function_call' },
          ],
          usage: {
            input_tokens: 100,
            input_tokens_details: { cached_tokens: 40 },
            output_tokens: 20,
            output_tokens_details: { reasoning_tokens: 5 },
            total_tokens: 120,
          },
        },
      },
    ]),
    true,
  ),
};

function numbered(events: object[]): object[] {
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

/** The sample reply cut off before its last events. */
export function cutShort(format: WireFormat): Buffer {
  const text = SAMPLE_STREAMS[format].toString();
  const end = {
    chat: '"finish_reason":"tool_calls"',
    messages: 'event: message_delta',
    responses: 'event: response.completed',
  };
  const at = text.indexOf(end[format]);
  return Buffer.from(text.slice(0, text.lastIndexOf('\n\n', at) + 2));
}
