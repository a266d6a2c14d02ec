import { isObject, stringAt, type JsonObject } from '../json.js';
import type { ReasoningPart } from '../conversation/request.js';

/**
 * Chat has no place for signed reasoning. `reasoning_details` is the extension that other gateways'
 * clients already give back: one entry per block, in order.
 */
const FORMATS = { anthropic: 'anthropic-claude-v1', openai: 'openai-responses-v1' } as const;

export function writeReasoningDetail(part: ReasoningPart, index: number): JsonObject | undefined {
  const { seal, text } = part;
  if (seal === undefined) return undefined;
  const format = FORMATS[seal.vendor];
  if (seal.vendor === 'anthropic' && !seal.redacted) {
    return { type: 'reasoning.text', text, signature: seal.value, format, index };
  }
  return { type: 'reasoning.encrypted', data: seal.value, summary: text, format, index };
}

export function readReasoningDetails(details: unknown[]): ReasoningPart[] {
  return details.filter(isObject).flatMap((detail): ReasoningPart[] => {
    const vendor = detail['format'] === FORMATS.openai ? 'openai' : 'anthropic';
    const text = stringAt(detail, 'text') ?? stringAt(detail, 'summary') ?? '';
    const signature = stringAt(detail, 'signature');
    const data = stringAt(detail, 'data');
    if (data !== undefined) {
      const redacted = vendor === 'anthropic' ? true : undefined;
      return [{ kind: 'reasoning', text, seal: { vendor, value: data, redacted } }];
    }
    if (signature !== undefined) {
      return [{ kind: 'reasoning', text, seal: { vendor, value: signature } }];
    }
    return text === '' ? [] : [{ kind: 'reasoning', text }];
  });
}
