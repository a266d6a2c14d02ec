import type { JsonObject } from '@modelbridge/llm-wire';
import { badField } from '../errors/request-error.js';
import { CompactionSeal } from './seal.js';

const compactionTypes: ReadonlySet<unknown> = new Set(['compaction', 'compaction_summary']);
const lead = 'What was said before is summed up here:\n\n';

/** Whether it is worth to look for an item of compaction, without reading the body. */
export function mayHaveCompaction(body: Buffer): boolean {
  return body.includes('"compaction');
}

/** The items of an input; a string is one message. Undefined for what is neither. */
export function itemsOf(input: unknown): unknown[] | undefined {
  if (typeof input === 'string') return [message(input)];
  return Array.isArray(input) ? (input as unknown[]) : undefined;
}

/** The items with what was sealed here as text; undefined where there is none. Throws 400 for what does not open. */
export function openItems(
  items: readonly unknown[],
  open: (sealed: string) => string | undefined,
): unknown[] | undefined {
  let found = false;
  const opened = items.map((item, at) => {
    const { type, encrypted_content: sealed } = fieldsOf(item);
    if (!compactionTypes.has(type) || !CompactionSeal.isOurs(sealed)) return item;
    found = true;
    const text = open(sealed);
    if (text !== undefined) return message(lead + text);
    throw badField(
      `input[${at}].encrypted_content`,
      `'input[${at}].encrypted_content' was changed on its way, or made for another account.`,
    );
  });
  return found ? opened : undefined;
}

/** Whether the last item asks for a compaction. Throws 400 where another one does. */
export function isTriggered(items: readonly unknown[]): boolean {
  const at = items.findIndex((item) => fieldsOf(item)['type'] === 'compaction_trigger');
  if (at === -1 || at === items.length - 1) return at !== -1;
  throw badField(`input[${at}]`, `'input[${at}]': a compaction_trigger must be the last item.`);
}

/** The user's own messages as output items, which a compacted conversation begins with. */
export function userMessages(items: readonly unknown[]): JsonObject[] {
  return items
    .map(fieldsOf)
    .filter(({ type = 'message', role }) => type === 'message' && role === 'user')
    .map(({ id, content }, at) => ({
      id: typeof id === 'string' ? id : `msg_${at}`,
      type: 'message',
      role: 'user',
      status: 'completed',
      content: typeof content === 'string' ? [{ type: 'input_text', text: content }] : content,
    }));
}

export function message(content: string): JsonObject {
  return { type: 'message', role: 'user', content };
}

function fieldsOf(item: unknown): JsonObject {
  return typeof item === 'object' && item !== null ? (item as JsonObject) : {};
}
