import { budgetOf } from '../conversation/efforts.js';
import type { ConversationRequest, Turn } from '../conversation/request.js';
import type { UpstreamProfile } from '../conversation/upstream-profile.js';
import type { JsonObject } from '../json.js';

/** The least budget that Anthropic accepts. */
const MIN_BUDGET_TOKENS = 1_024;

export interface Thinking {
  thinking: JsonObject;
  /** For `output_config.effort`. */
  effort?: string;
}

const ADAPTIVE_EFFORTS: Readonly<Record<string, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
};

/** How to ask for the wanted reasoning; undefined where none is wanted, 'impossible' where it cannot be. */
export function thinkingFor(
  request: ConversationRequest,
  upstream: UpstreamProfile,
  maxTokens: number,
): Thinking | 'impossible' | undefined {
  const wanted = request.reasoning;
  const effort = wanted?.effort;
  if (wanted === undefined || effort === 'none') return undefined;
  if (effort === undefined && wanted.budgetTokens === undefined) return undefined;
  const mode = upstream.thinking ?? 'budget';
  if (mode === 'none' || forcesTool(request)) return 'impossible';
  if (mode === 'adaptive') {
    return { thinking: { type: 'adaptive' }, effort: ADAPTIVE_EFFORTS[effort ?? 'medium'] };
  }
  const budget = Math.min(wanted.budgetTokens ?? budgetOf(effort!), maxTokens - 1);
  if (budget < MIN_BUDGET_TOKENS || continuesUnsignedToolUse(request.turns)) return 'impossible';
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}

/** Anthropic refuses thinking together with a tool that must be called. */
function forcesTool({ toolChoice }: ConversationRequest): boolean {
  if (toolChoice === undefined) return false;
  return (
    toolChoice.type === 'required' ||
    toolChoice.type === 'tool' ||
    (toolChoice.type === 'allowed' && toolChoice.required)
  );
}

/** Within a tool loop Anthropic wants its own signed thinking before every tool call. */
function continuesUnsignedToolUse(turns: Turn[]): boolean {
  for (let i = turns.length - 1; i >= 0; i--) {
    const { role, parts } = turns[i]!;
    if (role === 'system') continue;
    if (role === 'user' && !parts.some((part) => part.kind === 'tool_result')) return false;
    if (role !== 'assistant' || !parts.some((part) => part.kind === 'tool_call')) continue;
    const signed = parts.some(
      (part) => part.kind === 'reasoning' && part.seal?.vendor === 'anthropic',
    );
    if (!signed) return true;
  }
  return false;
}
