import type { FinishReason } from '../wire-format.js';

const CHAT: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['content_filter', 'content_filter'],
]);

/** By these a server says that it gave the reply up: nothing that has ended. */
const BROKEN: ReadonlySet<string> = new Set(['abort', 'error']);

/** `pause_turn` needs hosted tools, which are never asked for: a reply cut short, not a finished one. */
const ANTHROPIC: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['pause_turn', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
]);

export function isBrokenReason(reason: string): boolean {
  return BROKEN.has(reason);
}

export function fromChatReason(reason: string): FinishReason {
  return CHAT.get(reason) ?? 'unknown';
}

export function fromAnthropicReason(reason: string): FinishReason {
  return ANTHROPIC.get(reason) ?? 'unknown';
}

/** An unknown reason is not an error to any client: the reply did end. */
export function toChatReason(reason: FinishReason): string {
  return reason === 'unknown' ? 'stop' : reason;
}

export function toAnthropicReason(reason: FinishReason, stopSequence?: string | null): string {
  switch (reason) {
    case 'length':
      return 'max_tokens';
    case 'tool_calls':
      return 'tool_use';
    case 'content_filter':
      return 'refusal';
    default:
      return typeof stopSequence === 'string' ? 'stop_sequence' : 'end_turn';
  }
}
