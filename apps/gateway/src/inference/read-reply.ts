import {
  chatReplyFacts,
  readReplyFacts,
  replaceInBody,
  translateReply,
  type FinishReason,
  type ReportedUsage,
  type WireFormat,
} from '@modelbridge/llm-wire';
import type { UpstreamBody } from '../plan/upstream-body/upstream-bodies.js';

export interface ReadReply {
  body: Buffer;
  usage: ReportedUsage | undefined;
  finishReason: FinishReason | undefined;
  estimatedOutputTokens: number;
}

/** A whole reply as the caller is to get it, and what it says of itself; undefined for what is none. */
export function readReply(
  body: Buffer,
  { format: from, context, reply }: Pick<UpstreamBody, 'format' | 'context' | 'reply'>,
  to: WireFormat,
): ReadReply | undefined {
  try {
    const facts = from === 'chat' ? chatReplyFacts(body) : readReplyFacts(from, body);
    if (facts === undefined) return undefined;
    if (context !== undefined) return { ...facts, ...translateReply({ from, to, body, context }) };
    const replacements = reply?.replacements;
    return { ...facts, body: replacements ? replaceInBody(body, replacements) : body };
  } catch {
    return undefined;
  }
}
