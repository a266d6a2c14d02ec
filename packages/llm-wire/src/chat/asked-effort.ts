import { effortOf, effortOfBudget } from '../conversation/efforts.js';
import type { Effort } from '../conversation/request.js';
import { isObject } from '../json.js';

/**
 * How much to think, in any of the words that chat has for it: OpenAI's `reasoning_effort`, the open models'
 * `thinking`, OpenRouter's `reasoning`. Undefined where that says nothing.
 */
export function askedEffort(asked: unknown): Effort | undefined {
  if (typeof asked === 'string') return effortOf(asked);
  if (!isObject(asked)) return undefined;
  const { type, enabled, effort, budget_tokens, max_tokens } = asked;
  if (type === 'disabled' || enabled === false) return 'none';
  if (typeof effort === 'string') return effortOf(effort);
  const budget = budget_tokens ?? max_tokens;
  if (typeof budget === 'number') return effortOfBudget(budget);
  return type === 'enabled' || type === 'adaptive' || enabled === true ? 'medium' : undefined;
}
