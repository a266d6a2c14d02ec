import type { ReplyContext } from '../conversation/reply-context.js';

export function replyContext(changes: Partial<ReplyContext> = {}): ReplyContext {
  return {
    model: 'public-model',
    includeUsage: true,
    freeformTools: new Set(),
    callerTools: new Map(),
    inputKeys: new Map(),
    echo: {},
    created: 1_700_000_000,
    now: () => 1_700_000_009,
    ...changes,
  };
}
