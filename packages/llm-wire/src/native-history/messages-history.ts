import { FOREIGN_SEAL } from '../conversation/seals.js';
import { arrayAt, isObject, type JsonObject } from '../json.js';
import { objectsOf, type HistoryEdits, type LeaveOut, type Members } from './history-edits.js';

/** A Messages body that Anthropic takes, whoever else answered before. */
export function mendMessages(members: Members, leaveOut: LeaveOut): HistoryEdits['edits'] {
  const given = objectsOf(members('messages'));
  if (given === undefined) return {};
  const messages = given.flatMap((message) => mendMessage(message, leaveOut));
  const edits: HistoryEdits['edits'] = {};
  const changed = messages.length !== given.length || messages.some((m, i) => m !== given[i]);
  if (changed && messages.length > 0) edits['messages'] = JSON.stringify(messages);
  const thinking = members('thinking');
  if (isObject(thinking) && thinking['type'] === 'enabled' && continuesUnsigned(messages)) {
    leaveOut('thinking');
    edits['thinking'] = null;
    Object.assign(edits, withoutThinkingEdits(members('context_management')));
  }
  return edits;
}

function mendMessage(message: JsonObject, leaveOut: LeaveOut): JsonObject[] {
  const blocks = objectsOf(message['content']);
  if (blocks === undefined) return [message];
  const content = blocks.filter((block) => {
    if (isForeignThinking(block)) leaveOut('messages.thinking');
    else if (!isBlank(block)) return true;
    return false;
  });
  if (content.length === blocks.length) return [message];
  return content.length === 0 ? [] : [{ ...message, content }];
}

function isForeignThinking(block: JsonObject): boolean {
  const { type } = block;
  if (type !== 'thinking' && type !== 'redacted_thinking') return false;
  const seal = block[type === 'thinking' ? 'signature' : 'data'];
  return typeof seal !== 'string' || seal === '' || FOREIGN_SEAL.test(seal);
}

/** Open models say white space before a tool call; Anthropic refuses a text of nothing else. */
function isBlank({ type, text }: JsonObject): boolean {
  return type === 'text' && typeof text === 'string' && text.trim() === '';
}

/** Within a tool loop Anthropic wants its own signed thinking before every tool call. */
function continuesUnsigned(messages: JsonObject[]): boolean {
  for (const message of messages.toReversed()) {
    const types = arrayAt(message, 'content').map((block) => isObject(block) && block['type']);
    if (message['role'] === 'user' && !types.includes('tool_result')) return false;
    const thinks = types[0] === 'thinking' || types[0] === 'redacted_thinking';
    if (message['role'] === 'assistant' && types.includes('tool_use') && !thinks) return true;
  }
  return false;
}

/** Clearing thinking is refused where there is none. */
function withoutThinkingEdits(management: unknown): HistoryEdits['edits'] {
  if (!isObject(management)) return {};
  const edits = arrayAt(management, 'edits');
  const kept = edits.filter(
    (edit) => !(isObject(edit) && String(edit['type']).startsWith('clear_thinking_')),
  );
  if (kept.length === edits.length) return {};
  const context_management =
    kept.length === 0 ? null : JSON.stringify({ ...management, edits: kept });
  return { context_management };
}
