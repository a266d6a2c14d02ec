import { type Block, type Completion, pieces } from '../../generation/completion.js';
import { seal } from '../../generation/hashing.js';
import { type TokenCounts } from '@modelbridge/contracts';
import { isObject, type JsonObject } from '../../json.js';
import type { Frame } from '../../provider-api.js';

/** A stream carries a ping after so many deltas. */
const DELTAS_BETWEEN_PINGS = 32;

export interface MessageReply {
  id: string;
  model: string;
  completion: Completion;
  /** What the reply says of its usage; null where it is to say nothing. */
  usage: TokenCounts | null;
}

/** The whole message. */
export function messageBody(reply: MessageReply): JsonObject {
  return {
    ...emptyMessage(reply),
    content: reply.completion.blocks.map(contentBlock),
    ...stopFields(reply.completion),
    ...(reply.usage ? { usage: messageUsage(reply.usage, reply.usage.outputTokens) } : {}),
  };
}

/** The message as its stream of events. */
export function* messageFrames(reply: MessageReply): Generator<Frame> {
  const { completion, usage } = reply;
  const started = {
    ...emptyMessage(reply),
    ...(usage ? { usage: messageUsage(usage, Math.min(1, usage.outputTokens)) } : {}),
  };
  yield event('message_start', { message: started });
  let deltas = 0;
  for (const [index, block] of completion.blocks.entries()) {
    yield event('content_block_start', { index, content_block: openBlock(block) });
    if (index === 0) yield event('ping', {});
    for (const { delta, tokens } of blockDeltas(block)) {
      yield event('content_block_delta', { index, delta }, tokens);
      deltas += 1;
      if (deltas % DELTAS_BETWEEN_PINGS === 0) yield event('ping', {});
    }
    yield event('content_block_stop', { index });
  }
  yield event('message_delta', {
    delta: { ...stopFields(completion), container: null },
    ...(usage ? { usage: cumulativeUsage(usage) } : {}),
  });
  yield event('message_stop', {});
}

function event(type: string, payload: JsonObject, outputTokens = 0): Frame {
  return {
    text: `event: ${type}\ndata: ${JSON.stringify({ type, ...payload })}\n\n`,
    outputTokens,
  };
}

function emptyMessage({ id, model }: MessageReply): JsonObject {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  };
}

function contentBlock(block: Block): JsonObject {
  const text = block.tokens.join('');
  if (block.type === 'reasoning') {
    return { type: 'thinking', thinking: text, signature: seal(text) };
  }
  if (block.type !== 'tool_call') return { type: 'text', text };
  return { ...openBlock(block), input: parsedInput(text) };
}

/** A call that the cap cut has no whole input. */
function parsedInput(text: string): JsonObject {
  try {
    const input: unknown = JSON.parse(text);
    return isObject(input) ? input : {};
  } catch {
    return {};
  }
}

function openBlock(block: Block): JsonObject {
  if (block.type === 'reasoning') return { type: 'thinking', thinking: '', signature: '' };
  if (block.type !== 'tool_call') return { type: 'text', text: '' };
  const id = `toolu_${block.seed.toString(36).padStart(24, '0')}`;
  return { type: 'tool_use', id, name: block.tool.name, input: {} };
}

function* blockDeltas(block: Block): Generator<{ delta: JsonObject; tokens: number }> {
  if (block.type === 'tool_call') {
    yield { delta: { type: 'input_json_delta', partial_json: '' }, tokens: 0 };
  }
  for (const { text, tokens } of pieces(block)) {
    yield { delta: textDelta(block.type, text), tokens };
  }
  if (block.type === 'reasoning') {
    const signature = seal(block.tokens.join(''));
    yield { delta: { type: 'signature_delta', signature }, tokens: 0 };
  }
}

function textDelta(type: Block['type'], text: string): JsonObject {
  if (type === 'reasoning') return { type: 'thinking_delta', thinking: text };
  if (type === 'tool_call') return { type: 'input_json_delta', partial_json: text };
  return { type: 'text_delta', text };
}

const STOP_REASONS: Record<Completion['stopReason'], string> = {
  stop: 'end_turn',
  stop_sequence: 'stop_sequence',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  refusal: 'refusal',
};

function stopFields({ stopReason, stopSequence }: Completion): JsonObject {
  return {
    stop_reason: STOP_REASONS[stopReason],
    stop_sequence: stopSequence,
    stop_details:
      stopReason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null,
  };
}

function inputUsage(counts: TokenCounts): JsonObject {
  return {
    input_tokens: counts.inputTokens,
    cache_creation_input_tokens: counts.cacheWrite5mTokens + counts.cacheWrite1hTokens,
    cache_read_input_tokens: counts.cacheReadTokens,
  };
}

function messageUsage(counts: TokenCounts, outputTokens: number): JsonObject {
  return {
    ...inputUsage(counts),
    cache_creation: {
      ephemeral_5m_input_tokens: counts.cacheWrite5mTokens,
      ephemeral_1h_input_tokens: counts.cacheWrite1hTokens,
    },
    output_tokens: outputTokens,
    service_tier: 'standard',
    inference_geo: 'global',
  };
}

/** `message_delta` tells the totals so far, not what was added since `message_start`. */
function cumulativeUsage(counts: TokenCounts): JsonObject {
  return {
    ...inputUsage(counts),
    output_tokens: counts.outputTokens,
    output_tokens_details: { thinking_tokens: counts.reasoningTokens },
  };
}
