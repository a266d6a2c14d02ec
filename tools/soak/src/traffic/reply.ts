import type { Asked } from '../books/records.js';
import type { Api } from './request.js';

type Json = Record<string, unknown>;

/** The end of a stream of each API, as the last of its bytes have it. */
const ends: Record<Api, string> = {
  chat: 'data: [DONE]',
  responses: '"type":"response.completed"',
  messages: '"type":"message_stop"',
};
const lastBytes = 64 * 1024;

/** Whether a body is a whole reply. */
export function isWhole(api: Api, streamed: boolean, body: string): boolean {
  return streamed ? body.slice(-lastBytes).includes(ends[api]) : true;
}

const textPieces: Record<Api, RegExp> = {
  chat: /"content":"[^"]/g,
  responses: /"type":"response\.output_text\.delta"|"text":"[^"]/g,
  messages: /"text":"[^"]/g,
};

/** How many pieces of text have come. */
export function piecesOf(api: Api, body: string): number {
  return body.match(textPieces[api])?.length ?? 0;
}

/** The tokens that a whole reply says that it took; undefined where it does not say. */
export function reportedIn(api: Api, streamed: boolean, body: string): Asked['reported'] {
  const parts = streamed ? eventsOf(body) : [JSON.parse(body) as Json];
  const usages = parts.flatMap((part): Json[] => usagesOf(part));
  if (usages.length === 0) return undefined;
  // Messages tell the input first and the output last; a later event goes before an earlier one.
  const usage = Object.assign({}, ...usages) as Record<string, number>;
  const output = usage['output_tokens'] ?? usage['completion_tokens'];
  const input = usage['input_tokens'] ?? usage['prompt_tokens'];
  if (output === undefined || input === undefined) return undefined;
  const ofCaches =
    api === 'messages'
      ? (usage['cache_read_input_tokens'] ?? 0) + (usage['cache_creation_input_tokens'] ?? 0)
      : 0;
  return { inputTokens: input + ofCaches, outputTokens: output };
}

function usagesOf(part: Json): Json[] {
  const places = [part, part['message'], part['response']] as (Json | undefined)[];
  return places.flatMap((place) => {
    const usage = place?.['usage'] as Json | null | undefined;
    return usage === null || usage === undefined ? [] : [usage];
  });
}

function eventsOf(body: string): Json[] {
  return body
    .split('\n')
    .filter((line) => line.startsWith('data: {') && line.includes('"usage"'))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Json);
}
