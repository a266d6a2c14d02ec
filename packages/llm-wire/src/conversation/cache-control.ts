import type { ConversationRequest, Part } from './request.js';

/** Whether the request sets cache breakpoints anywhere. */
export function usesCacheControl({ turns, tools }: ConversationRequest): boolean {
  return (
    tools.some(({ cacheControl }) => cacheControl !== undefined) ||
    turns.some(({ parts }) => parts.some(hasBreakpoint))
  );
}

function hasBreakpoint(part: Part): boolean {
  if ('cacheControl' in part && part.cacheControl !== undefined) return true;
  return part.kind === 'tool_result' && part.parts.some(hasBreakpoint);
}

export function withoutCacheControl<T extends Part>(part: T): T {
  if (part.kind === 'tool_result') {
    const parts = part.parts.map(withoutCacheControl);
    return { ...part, parts, cacheControl: undefined };
  }
  return 'cacheControl' in part ? { ...part, cacheControl: undefined } : part;
}
