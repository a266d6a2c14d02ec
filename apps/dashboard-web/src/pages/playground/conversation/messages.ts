import type { Entry, Reply } from './entries.js';

export type Message = { readonly role: string } & Readonly<Record<string, unknown>>;

/** The conversation as the Chat Completions API has it. A reply of which nothing came is left out. */
export function messagesOf(system: string, entries: readonly Entry[]): Message[] {
  const said = entries.flatMap(messageOf);
  return system.trim() === '' ? said : [{ role: 'system', content: system }, ...said];
}

function messageOf(entry: Entry): Message[] {
  if (entry.kind === 'reply') return replyMessage(entry);
  if (entry.kind === 'result') {
    return [{ role: 'tool', tool_call_id: entry.call.id, content: entry.text }];
  }
  const { text, pictures } = entry;
  if (pictures.length === 0) return [{ role: 'user', content: text }];
  const parts = pictures.map(({ dataUrl }) => ({ type: 'image_url', image_url: { url: dataUrl } }));
  return [{ role: 'user', content: text === '' ? parts : [{ type: 'text', text }, ...parts] }];
}

function replyMessage({ text, calls, state }: Reply): Message[] {
  // Arguments that were cut off call nothing.
  const whole = state === 'done' ? calls : [];
  if (whole.length === 0) return text === '' ? [] : [{ role: 'assistant', content: text }];
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      tool_calls: whole.map(({ id, name, args }) => ({
        id,
        type: 'function',
        function: { name, arguments: args },
      })),
    },
  ];
}
