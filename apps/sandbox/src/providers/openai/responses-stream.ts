import { pieces } from '../../generation/completion.js';
import type { JsonObject } from '../../json.js';
import type { Answer, Frame } from '../../provider-api.js';
import type { ProviderError } from '../../provider-error.js';
import type { OutputItem } from './responses-items.js';

type Event = (type: string, payload: JsonObject, outputTokens?: number) => Frame;

/** A response as its stream of events, each with the next `sequence_number`. */
export function responseStream(
  started: JsonObject,
  finished: JsonObject,
  items: OutputItem[],
): Extract<Answer, { frames: unknown }> {
  let sequence = 0;
  const event: Event = (type, payload, outputTokens = 0) => {
    const data = JSON.stringify({ type, ...payload, sequence_number: sequence });
    sequence += 1;
    return { text: `event: ${type}\ndata: ${data}\n\n`, outputTokens };
  };
  return {
    frames: responseFrames(started, finished, items, event),
    errorFrame: (error) => failure(started, error, event),
  };
}

/** OpenAI says what went wrong, and then that the response has failed. */
function failure(started: JsonObject, error: ProviderError, event: Event): string {
  const { type, message, param } = error;
  const code = error.code ?? type;
  const failed = { ...started, status: 'failed', error: { code, message } };
  return (
    event('error', { error: { type, code, message, param } }).text +
    event('response.failed', { response: failed }).text
  );
}

function* responseFrames(
  started: JsonObject,
  finished: JsonObject,
  items: OutputItem[],
  event: Event,
): Generator<Frame> {
  yield event('response.created', { response: started });
  yield event('response.in_progress', { response: started });
  for (const [outputIndex, item] of items.entries()) {
    yield event('response.output_item.added', { output_index: outputIndex, item: item.opened });
    yield* itemFrames(item, outputIndex, event);
    const done = { output_index: outputIndex, item: item.closed };
    yield event('response.output_item.done', done, isBuiltIn(item) ? item.block.tokens.length : 0);
  }
  yield event(`response.${String(finished.status)}`, { response: finished });
}

function* itemFrames(item: OutputItem, outputIndex: number, event: Event): Generator<Frame> {
  const at = { item_id: item.id, output_index: outputIndex };
  const { block } = item;
  const text = block.tokens.join('');
  // Events of their own, which are not spoken here: the call comes with the item that is done.
  if (isBuiltIn(item)) return;
  if (block.type === 'tool_call') {
    const { name, freeform } = block.tool;
    const kind = freeform ? 'custom_tool_call_input' : 'function_call_arguments';
    yield* deltas(`response.${kind}.delta`, item, at, event);
    const whole = freeform ? { input: text } : { name, arguments: text };
    yield event(`response.${kind}.done`, { ...at, ...whole });
    return;
  }
  if (!item.part) return;
  if (block.type === 'reasoning') {
    const position = { ...at, summary_index: 0 };
    const name = 'response.reasoning_summary';
    yield event(`${name}_part.added`, { ...position, part: item.part('') });
    yield* deltas(`${name}_text.delta`, item, position, event);
    yield event(`${name}_text.done`, { ...position, text });
    yield event(`${name}_part.done`, { ...position, part: item.part(text) });
    return;
  }
  const position = { ...at, content_index: 0 };
  const refusal = block.type === 'refusal';
  const name = refusal ? 'response.refusal' : 'response.output_text';
  const extra = refusal ? {} : { logprobs: [] };
  yield event('response.content_part.added', { ...position, part: item.part('') });
  yield* deltas(`${name}.delta`, item, { ...position, ...extra }, event);
  const whole = refusal ? { refusal: text } : { text, ...extra };
  yield event(`${name}.done`, { ...position, ...whole });
  yield event('response.content_part.done', { ...position, part: item.part(text) });
}

function* deltas(type: string, item: OutputItem, at: JsonObject, event: Event): Generator<Frame> {
  for (const { text, tokens } of pieces(item.block)) {
    yield event(type, { ...at, delta: text }, tokens);
  }
}

function isBuiltIn({ block }: OutputItem): boolean {
  return block.type === 'tool_call' && block.tool.builtIn !== undefined;
}
