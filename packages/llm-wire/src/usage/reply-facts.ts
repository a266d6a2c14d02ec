import { utf8 } from '../bytes.js';
import { codecs } from '../formats.js';
import { parseObject } from '../json.js';
import type { FinishReason, WireFormat } from '../wire-format.js';
import { readUsage } from './read-usage.js';
import { estimateTokens, type ReportedUsage } from './token-usage.js';

export interface ReplyFacts {
  usage: ReportedUsage | undefined;
  finishReason: FinishReason;
  /** Our own count of the output, for a reply that reports none. */
  estimatedOutputTokens: number;
}

/** What a whole native reply says about itself; undefined where it is none that came to its end. */
export function readReplyFacts(format: WireFormat, body: Uint8Array): ReplyFacts | undefined {
  const object = parseObject(utf8(body));
  if (object === undefined) return undefined;
  let outputBytes = 0;
  let calls = 0;
  let finishReason: FinishReason | undefined;
  for (const event of codecs[format].readReply(object)) {
    if (event.type === 'failed') return undefined;
    if (event.type === 'open' && event.part.kind === 'tool_call') calls++;
    if (event.type === 'delta') outputBytes += Buffer.byteLength(event.text);
    if (event.type === 'finish') finishReason = event.reason;
  }
  if (finishReason === undefined) return undefined;
  return {
    usage: readUsage(format, object['usage']),
    finishReason,
    estimatedOutputTokens: Math.max(calls, estimateTokens(outputBytes)),
  };
}
