import type { Part, Turn } from './request.js';

/**
 * Claude Code opens its instructions with a line for Anthropic's accounts that differs with every
 * request. To another vendor it means nothing, and no prompt cache could look past it.
 */
export const BILLING_HEADER = 'x-anthropic-billing-header:';
const LINE = new RegExp(`^${BILLING_HEADER}[^\\n]*\\n*`);

export const BILLING_LINE = 'system.x-anthropic-billing-header';

/** Undefined where that line is all there is. */
export function withoutBillingLine(text: string): string | undefined {
  if (!LINE.test(text)) return text;
  const rest = text.replace(LINE, '');
  return rest === '' ? undefined : rest;
}

export function withoutBillingLines(turns: Turn[], ignored: (name: string) => void): Turn[] {
  const strip = (part: Part): Part[] => {
    if (part.kind !== 'text') return [part];
    const text = withoutBillingLine(part.text);
    if (text === part.text) return [part];
    ignored(BILLING_LINE);
    return text === undefined ? [] : [{ ...part, text }];
  };
  return turns.flatMap((turn): Turn[] => {
    if (turn.role !== 'system') return [turn];
    const parts = turn.parts.flatMap(strip);
    return parts.length > 0 || turn.parts.length === 0 ? [{ ...turn, parts }] : [];
  });
}
