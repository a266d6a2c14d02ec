import { isObject, type JsonObject } from '../json.js';

const INSTRUCTS = new Set<unknown>(['system', 'developer']);

/**
 * Messages as the chat templates of open models read them: one system message, at the start. Of later
 * ones some templates see nothing; they become a note in the message before them, so that no turn is
 * added by which a template would tell what is past.
 */
export function foldInstructions(messages: JsonObject[]): JsonObject[] {
  const first = messages.findIndex(({ role }) => !INSTRUCTS.has(role));
  const leading = messages.slice(0, first === -1 ? messages.length : first);
  const folded: JsonObject[] = leading.length === 0 ? [] : [joined(leading)];
  for (const message of messages.slice(leading.length)) {
    if (!INSTRUCTS.has(message['role'])) folded.push(message);
    else addNote(folded, `<system>\n${textOf(message['content'])}\n</system>`);
  }
  return folded;
}

function joined(messages: JsonObject[]): JsonObject {
  const [first, ...more] = messages;
  if (more.length === 0) return { ...first, role: 'system' };
  const content = messages.flatMap((message) => partsOf(message['content']));
  return { ...first, role: 'system', content };
}

function partsOf(content: unknown): unknown[] {
  if (Array.isArray(content)) return content;
  return typeof content === 'string' ? [{ type: 'text', text: content }] : [];
}

function textOf(content: unknown): string {
  return partsOf(content)
    .map((part) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('\n\n');
}

function addNote(messages: JsonObject[], note: string): void {
  const last = messages.at(-1);
  if (last?.['role'] !== 'user' && last?.['role'] !== 'tool') {
    messages.push({ role: 'user', content: note });
    return;
  }
  const content = last['content'];
  messages[messages.length - 1] = {
    ...last,
    content:
      typeof content === 'string'
        ? `${content}\n\n${note}`
        : [...partsOf(content), { type: 'text', text: note }],
  };
}
