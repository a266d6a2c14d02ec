import type { RequestRow } from '@modelbridge/dashboard-api';
import type { Tone } from '../../ui/badge.js';

const OUTCOMES: Record<string, string> = {
  completed: 'Completed',
  failed: 'Failed',
  caller_gone: 'Caller left',
  upstream_cut: 'Provider broke off',
  timed_out: 'Timed out',
  shut_down: 'Shut down',
  crashed: 'Crashed',
};

export const outcomeLabel = (outcome: string) => OUTCOMES[outcome] ?? outcome;

export function toneOf({ status, outcome }: RequestRow): Tone {
  if (status >= 500) return 'danger';
  if (status >= 400) return 'warn';
  return outcome === 'completed' ? 'good' : 'warn';
}

const APIS: Record<string, string> = {
  chat_completions: 'Chat completions',
  responses: 'Responses',
  messages: 'Messages',
};

export const apiLabel = (api: string) => APIS[api] ?? api;

/** Of all classes: what went in, and what came out. */
export const inputOf = (row: RequestRow) =>
  row.input_tokens + row.cache_read_tokens + row.cache_write_5m_tokens + row.cache_write_1h_tokens;

export const durationMs = (row: RequestRow) =>
  Math.max(0, Date.parse(row.completed_at) - Date.parse(row.created_at));
