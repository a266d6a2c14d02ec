import { usesCacheControl } from '../conversation/cache-control.js';
import type { ConversationRequest, Part } from '../conversation/request.js';
import { arrayAt, isObject, type JsonObject } from '../json.js';
import { estimateTokens } from '../usage/token-usage.js';

const BREAKPOINT = { type: 'ephemeral' };
/** What an image or a file is at least, for the question whether a prompt is long enough. */
const MEDIA_CHARS = 4_000;

/**
 * Marks in a written body what the next request will begin with, for callers whose API has no such
 * marks. Writing the cache costs more than input, so only what is likely to be read again is marked:
 * tools and instructions where tools may be called, and the last turns too once the model has answered.
 */
export function setBreakpoints(
  body: JsonObject,
  request: ConversationRequest,
  minimumTokens: number | undefined,
): void {
  if (minimumTokens === undefined || usesCacheControl(request)) return;
  const continues = request.turns.some(({ role }) => role === 'assistant');
  if (!continues && !mayLoop(request)) return;
  if (estimateTokens(charsOf(request)) < minimumTokens) return;
  mark(arrayAt(body, 'system').at(-1) ?? arrayAt(body, 'tools').at(-1));
  if (!continues) return;
  const asked = arrayAt(body, 'messages').filter(
    (message) => isObject(message) && message['role'] === 'user',
  );
  for (const message of asked.slice(-2)) mark(arrayAt(message, 'content').at(-1));
}

function mark(block: unknown): void {
  if (isObject(block)) block['cache_control'] = BREAKPOINT;
}

/** A tool that must be called gives the answer itself. */
function mayLoop({ tools, toolChoice }: ConversationRequest): boolean {
  return tools.length > 0 && (toolChoice === undefined || toolChoice.type === 'auto');
}

function charsOf({ turns, tools }: ConversationRequest): number {
  const said = turns.flatMap(({ parts }) => parts).reduce((sum, part) => sum + charsIn(part), 0);
  return said + (tools.length > 0 ? JSON.stringify(tools).length : 0);
}

function charsIn(part: Part): number {
  switch (part.kind) {
    case 'image':
    case 'file':
      return MEDIA_CHARS;
    case 'tool_call':
      return part.input.length;
    case 'tool_result':
      return part.parts.reduce((sum, each) => sum + charsIn(each), 0);
    default:
      return part.text.length;
  }
}
