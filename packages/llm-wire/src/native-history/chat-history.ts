import { fittingId, MAX_CHAT_ID_CHARS } from '../conversation/call-ids.js';
import { toolInputText } from '../conversation/tool-input.js';
import { foldInstructions } from '../chat/fold-instructions.js';
import { isObject, type JsonObject } from '../json.js';
import { withoutBilling } from './billing-lines.js';
import { objectsOf, type HistoryEdits, type LeaveOut, type Members } from './history-edits.js';

/** A chat body without what OpenAI refuses as unknown: the extensions of other vendors. */
export function forOpenAi(members: Members, leaveOut: LeaveOut): HistoryEdits['edits'] {
  const edits: HistoryEdits['edits'] = {};
  const messages = objectsOf(members('messages'));
  if (messages !== undefined) {
    const mended = withoutBilling(messages, leaveOut).map((message) => ofOpenAi(message, leaveOut));
    edits['messages'] = JSON.stringify(mended);
  }
  const tools = objectsOf(members('tools'));
  if (tools !== undefined) {
    const plain = tools.map((tool) => withoutCacheControl(tool, leaveOut));
    if (plain.some((tool, i) => tool !== tools[i])) edits['tools'] = JSON.stringify(plain);
  }
  return edits;
}

/** A chat body as the templates of open models read it. */
export function forPool(members: Members, leaveOut: LeaveOut): HistoryEdits['edits'] {
  const messages = objectsOf(members('messages'));
  if (messages === undefined) return {};
  const mended = foldInstructions(withoutBilling(messages, leaveOut).map(ofPool));
  return { messages: JSON.stringify(mended) };
}

const REASONING = ['reasoning_content', 'reasoning_details', 'reasoning'];

function ofOpenAi(message: JsonObject, leaveOut: LeaveOut): JsonObject {
  const mended = { ...withoutCacheControl(message, leaveOut) };
  for (const field of REASONING) {
    if (!(field in mended)) continue;
    if (mended[field] !== null) leaveOut('messages.reasoning_content');
    delete mended[field];
  }
  const calls = mended['tool_calls'] ?? [];
  if (Array.isArray(calls) && calls.length === 0) delete mended['tool_calls'];
  if (Array.isArray(calls) && calls.length > 0) {
    mended['tool_calls'] = calls.map((call: unknown) =>
      isObject(call) ? fitting(call, 'id') : call,
    );
  } else if (mended['role'] === 'assistant' && (mended['content'] ?? null) === null) {
    // What was nothing but reasoning.
    mended['content'] = '';
  }
  return fitting(mended, 'tool_call_id');
}

function fitting(object: JsonObject, key: string): JsonObject {
  const id = object[key];
  if (typeof id !== 'string' || id.length <= MAX_CHAT_ID_CHARS) return object;
  return { ...object, [key]: fittingId(id, MAX_CHAT_ID_CHARS) };
}

/** Breakpoints stand on messages, parts, tools and their functions. */
function withoutCacheControl(object: JsonObject, leaveOut: LeaveOut): JsonObject {
  const { cache_control: breakpoint, ...rest } = object;
  if (breakpoint !== undefined) leaveOut('cache_control');
  const parts = objectsOf(rest['content']);
  if (parts !== undefined) {
    rest['content'] = parts.map((part) => withoutCacheControl(part, leaveOut));
  }
  if (isObject(rest['function'])) {
    rest['function'] = withoutCacheControl(rest['function'], leaveOut);
  }
  return rest;
}

function ofPool(message: JsonObject): JsonObject {
  const mended = withBothFields(message);
  const calls = objectsOf(mended['tool_calls']);
  return calls === undefined ? mended : { ...mended, tool_calls: calls.map(withWholeInput) };
}

/** Servers read the arguments of every call again, and refuse the request for one that was cut off. */
function withWholeInput(call: JsonObject): JsonObject {
  const called = call['function'];
  if (!isObject(called) || typeof called['arguments'] !== 'string') return call;
  return { ...call, function: { ...called, arguments: toolInputText(called['arguments']) } };
}

/** vLLM reads `reasoning`, older servers `reasoning_content`. */
function withBothFields(message: JsonObject): JsonObject {
  if (message['role'] !== 'assistant') return message;
  const reasoning = message['reasoning'] ?? message['reasoning_content'] ?? undefined;
  if (typeof reasoning !== 'string' || reasoning === '') return message;
  return { reasoning, reasoning_content: reasoning, ...withoutNull(message) };
}

function withoutNull(message: JsonObject): JsonObject {
  const kept = { ...message };
  for (const field of REASONING) if ((kept[field] ?? null) === null) delete kept[field];
  return kept;
}
