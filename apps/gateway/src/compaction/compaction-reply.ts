import { isObject, type JsonObject } from '@modelbridge/llm-wire';

/** What a reply with a summary becomes. */
export interface CompactionReply {
  /** The whole reply of the route that was asked. */
  whole(response: JsonObject, item: JsonObject): JsonObject;
  item(text: string): JsonObject;
}

/** The summary that a response holds; undefined where it was cut off or refused. */
export function summaryOf(response: JsonObject): string | undefined {
  if (response['status'] !== 'completed') return undefined;
  const parts = listOf(response['output']).flatMap(({ type, content }) =>
    type === 'message' ? listOf(content) : [],
  );
  const text = parts.map(({ type, text }) => (type === 'output_text' ? text : '')).join('');
  return text.trim() === '' ? undefined : text;
}

function listOf(value: unknown): JsonObject[] {
  return (Array.isArray(value) ? (value as unknown[]) : []).filter(isObject);
}

/** A response that holds the compaction alone. */
export function compactedResponse(response: JsonObject, item: JsonObject): JsonObject {
  return { ...response, output: [item] };
}

/** The reply of the route for compaction. */
export function compactionObject(
  { id, created_at, usage }: JsonObject,
  messages: readonly JsonObject[],
  item: JsonObject,
): JsonObject {
  return { id, object: 'response.compaction', created_at, output: [...messages, item], usage };
}

/** The stream of a response whose only output is the compaction. */
export function compactionEvents(response: JsonObject, item: JsonObject): JsonObject[] {
  const begun = { ...response, status: 'in_progress', output: [], usage: null, completed_at: null };
  return [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: compactedResponse(response, item) },
  ];
}
