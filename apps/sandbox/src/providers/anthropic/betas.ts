import type { IncomingHttpHeaders } from 'node:http';

/** The betas that open members, values, blocks and tools of a request which are unknown without. */
export const BETAS = {
  cacheScope: ['prompt-caching-scope-2026-01-05'],
  compaction: ['compact-2026-09-04'],
  compactionBlocks: ['compact-2026-01-12', 'compact-2026-09-04'],
  computerUse: ['computer-use-2024-10-22', 'computer-use-2025-01-24', 'computer-use-2025-11-24'],
  contextManagement: ['context-management-2025-06-27', 'compact-2026-01-12'],
  advisor: ['advisor-tool-2026-03-01'],
  displayUpdates: ['thinking-display-updates-2026-08-18'],
  fallbackCredit: ['fallback-credit-2026-06-01', 'fallback-credit-2026-07-01'],
  fallbacks: ['server-side-fallback-2026-06-01', 'server-side-fallback-2026-07-01'],
  mcp: ['mcp-client-2025-04-04', 'mcp-client-2025-11-20', 'mcp-client-2026-09-15'],
  outputFormat: ['structured-outputs-2025-11-13'],
  taskBudget: ['task-budgets-2026-03-13'],
  thinkingBinding: ['thinking-binding-controls-2026-08-01'],
  threads: ['message-threads-2026-08-12'],
  toolChanges: ['mid-conversation-tool-changes-2026-07-01'],
} as const;

export const INTERLEAVED_THINKING = 'interleaved-thinking-2025-05-14';

/** What `anthropic-beta` asks for. */
export function requestedBetas(headers: IncomingHttpHeaders): Set<string> {
  const header = headers['anthropic-beta'];
  const values = Array.isArray(header) ? header.join(',') : (header ?? '');
  return new Set(values.split(',').map((name) => name.trim()));
}
