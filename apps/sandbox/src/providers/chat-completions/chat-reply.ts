import type { Block, Completion } from '../../generation/completion.js';
import { pieces } from '../../generation/completion.js';
import type { JsonObject } from '../../json.js';
import type { Frame } from '../../provider-api.js';

/** What differs between OpenAI's chat completions and vLLM's. */
export interface ChatDialect {
  /** The member that reasoning is shown in; it is hidden where this is null. */
  reasoningField: string | null;
  /** Whether a refusal has a field of its own. */
  hasRefusalField: boolean;
  /** Whether chunks carry `usage: null` until the last. */
  nullUsageInChunks: boolean;
  /** Fields of every choice beside those that both have. */
  choiceFields(completion: Completion): JsonObject;
  /** Fields of the reply beside those that both have. */
  replyFields: JsonObject;
}

export interface ChatReply {
  id: string;
  created: number;
  model: string;
  completions: Completion[];
  /** In the vendor's shape; null where it is not to be shown. */
  usage: JsonObject | null;
}

/** The whole reply of a chat completion. */
export function chatBody(reply: ChatReply, dialect: ChatDialect): JsonObject {
  return {
    id: reply.id,
    object: 'chat.completion',
    created: reply.created,
    model: reply.model,
    choices: reply.completions.map((completion, index) => ({
      index,
      message: message(completion, dialect),
      logprobs: null,
      finish_reason: finishReason(completion),
      ...dialect.choiceFields(completion),
    })),
    ...(reply.usage ? { usage: reply.usage } : {}),
    ...dialect.replyFields,
  };
}

function message(completion: Completion, dialect: ChatDialect): JsonObject {
  const text = joined(completion, 'text');
  const refusal = joined(completion, 'refusal');
  const calls = completion.blocks.filter((block) => block.type === 'tool_call');
  const content = dialect.hasRefusalField ? text : (text ?? refusal);
  return {
    role: 'assistant',
    content,
    refusal: dialect.hasRefusalField ? refusal : null,
    ...(dialect.reasoningField
      ? { [dialect.reasoningField]: joined(completion, 'reasoning') }
      : { annotations: [] }),
    ...(calls.length > 0 ? { tool_calls: calls.map(toolCall) } : {}),
  };
}

function joined(completion: Completion, type: Block['type']): string | null {
  const blocks = completion.blocks.filter((block) => block.type === type);
  return blocks.length > 0 ? blocks.flatMap((block) => block.tokens).join('') : null;
}

function toolCall(call: Extract<Block, { type: 'tool_call' }>): JsonObject {
  const { name, freeform } = call.tool;
  const input = call.tokens.join('');
  return freeform
    ? { id: callId(call.seed), type: 'custom', custom: { name, input } }
    : { id: callId(call.seed), type: 'function', function: { name, arguments: input } };
}

function callId(seed: number): string {
  return `call_${seed.toString(36).padStart(24, '0')}`;
}

function finishReason({ stopReason }: Completion): string {
  if (stopReason === 'length' || stopReason === 'tool_calls') return stopReason;
  return 'stop';
}

export interface StreamOptions {
  /** Whether a last chunk tells the usage, where usage is shown. */
  includeUsage: boolean;
  /** What every chunk tells of the output so far. */
  running?: (outputTokens: number) => JsonObject;
}

/** The reply as a stream. */
export function* chatFrames(
  reply: ChatReply,
  dialect: ChatDialect,
  { includeUsage, running }: StreamOptions,
): Generator<Frame> {
  const head = {
    id: reply.id,
    object: 'chat.completion.chunk',
    created: reply.created,
    model: reply.model,
    ...dialect.replyFields,
  };
  const usage = includeUsage && dialect.nullUsageInChunks ? { usage: null } : {};
  let made = 0;
  const frame = (choice: JsonObject, outputTokens: number): Frame => {
    made += outputTokens;
    const told = running?.(made) ?? usage;
    return { text: dataLine({ ...head, choices: [choice], ...told }), outputTokens };
  };
  const deltas = (index: number, delta: JsonObject, outputTokens: number) =>
    frame({ index, delta, logprobs: null, finish_reason: null }, outputTokens);
  const opening = dialect.hasRefusalField ? { refusal: null } : {};
  for (const index of reply.completions.keys()) {
    yield deltas(index, { role: 'assistant', content: '', ...opening }, 0);
  }
  for (const [index, completion] of reply.completions.entries()) {
    for (const { delta, tokens } of completionDeltas(completion, dialect)) {
      yield deltas(index, delta, tokens);
    }
    const ending = { finish_reason: finishReason(completion), ...dialect.choiceFields(completion) };
    yield frame({ index, delta: {}, logprobs: null, ...ending }, 0);
  }
  if (includeUsage && reply.usage) {
    yield { text: dataLine({ ...head, choices: [], usage: reply.usage }), outputTokens: 0 };
  }
  yield { text: 'data: [DONE]\n\n', outputTokens: 0 };
}

function* completionDeltas(
  completion: Completion,
  dialect: ChatDialect,
): Generator<{ delta: JsonObject; tokens: number }> {
  let callIndex = 0;
  for (const block of completion.blocks) {
    if (block.type === 'reasoning' && !dialect.reasoningField) continue;
    const index = callIndex;
    if (block.type === 'tool_call') {
      callIndex += 1;
      yield { delta: { tool_calls: [openingCall(block, index)] }, tokens: 0 };
    }
    const field = deltaField(block.type, dialect);
    for (const { text, tokens } of pieces(block)) {
      const delta =
        block.type === 'tool_call'
          ? { tool_calls: [{ index, ...callInput(block.tool.freeform, text) }] }
          : { [field]: text };
      yield { delta, tokens };
    }
  }
}

function deltaField(type: Block['type'], dialect: ChatDialect): string {
  if (type === 'reasoning' && dialect.reasoningField) return dialect.reasoningField;
  return type === 'refusal' && dialect.hasRefusalField ? 'refusal' : 'content';
}

function openingCall(call: Extract<Block, { type: 'tool_call' }>, index: number): JsonObject {
  return { index, ...toolCall({ ...call, tokens: [] }) };
}

function callInput(freeform: boolean, text: string): JsonObject {
  return freeform ? { custom: { input: text } } : { function: { arguments: text } };
}

export function dataLine(payload: unknown): string {
  return `data: ${JSON.stringify(payload)}\n\n`;
}
