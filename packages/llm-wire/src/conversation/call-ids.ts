import { shortened } from '../short-names.js';
import type { Turn } from './request.js';

/** The longest ids of tool calls that OpenAI takes. */
export const MAX_CHAT_ID_CHARS = 40;
export const MAX_RESPONSES_ID_CHARS = 64;

/** An id that fits; the same for the call and for its result. */
export function fittingId(id: string, longest: number): string {
  return id.length <= longest ? id : shortened(id, longest);
}

export function withFittingIds(turns: Turn[], longest: number): Turn[] {
  return turns.map(({ role, parts }) => ({
    role,
    parts: parts.map((part) => {
      if (part.kind === 'tool_call') return { ...part, id: fittingId(part.id, longest) };
      if (part.kind !== 'tool_result') return part;
      return { ...part, callId: fittingId(part.callId, longest) };
    }),
  }));
}
