import { BILLING_LINE, withoutBillingLine } from '../conversation/billing-line.js';
import type { JsonObject } from '../json.js';
import { objectsOf, type LeaveOut } from './history-edits.js';

/** Chat's messages or the items of Responses without Claude Code's line for Anthropic's accounts. */
export function withoutBilling(turns: JsonObject[], leaveOut: LeaveOut): JsonObject[] {
  return turns.flatMap((turn): JsonObject[] => {
    if (turn['role'] !== 'system' && turn['role'] !== 'developer') return [turn];
    const parts = objectsOf(turn['content']);
    if (parts === undefined) {
      const content = unbilled(turn['content'], leaveOut);
      return content === undefined ? [] : [{ ...turn, content }];
    }
    const kept = parts.flatMap((part): JsonObject[] => {
      const text = unbilled(part['text'], leaveOut);
      return text === undefined && part['text'] !== undefined ? [] : [{ ...part, text }];
    });
    return kept.length === 0 ? [] : [{ ...turn, content: kept }];
  });
}

/** Undefined where that line is all there is. */
export function unbilled(text: unknown, leaveOut: LeaveOut): unknown {
  if (typeof text !== 'string') return text;
  const rest = withoutBillingLine(text);
  if (rest !== text) leaveOut(BILLING_LINE);
  return rest;
}
