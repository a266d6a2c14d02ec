import type { JsonObject, WireFormat } from '@modelbridge/llm-wire';

/** Of what is said back. */
const maxCharacters = 4_000;
const charactersPerToken = 4;

/** What is said back to a request: its newest words of a user, or this where there are none. */
const nothingSaid = 'echo';

/** The newest text of a user in a request of any API, cut where it is long. */
export function echoText(format: WireFormat, request: JsonObject): string {
  const input = format === 'responses' ? request['input'] : request['messages'];
  const turns = Array.isArray(input) ? input : [{ role: 'user', content: input }];
  const said = turns
    .filter((turn) => isObject(turn) && turn['role'] === 'user')
    .map((turn) => textOf((turn as JsonObject)['content']))
    .filter((text) => text !== '');
  return [...(said.at(-1) ?? nothingSaid)].slice(0, maxCharacters).join('');
}

/** A count that is the same every time; no model's own. */
export function echoTokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / charactersPerToken));
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
