import { utf8 } from '../bytes.js';
import { codecs } from '../formats.js';
import { parseObject } from '../json.js';
import type { FinishReason, WireFormat } from '../wire-format.js';
import { readUsage } from './read-usage.js';
import { estimateTokens, type ReportedUsage } from './token-usage.js';

export interface ReplyFacts {
  usage: ReportedUsage | undefined;
  finishReason: FinishReason | undefined;
  /** Our own count of the output, for a reply that reports none. */
  estimatedOutputTokens: number;
}

/** What a whole native reply says about itself; undefined where it is not a JSON object. */
export function readReplyFacts(format: WireFormat, body: Uint8Array): ReplyFacts | undefined {
  const object = parseObject(utf8(body));
  if (object === undefined) return undefined;
  let outputBytes = 0;
  let finishReason: FinishReason | undefined;
  for (const event of codecs[format].readReply(object)) {
    if (event.type === 'delta') outputBytes += Buffer.byteLength(event.text);
    if (event.type === 'finish') finishReason = event.reason;
  }
  return {
    usage: readUsage(format, object['usage']),
    finishReason,
    estimatedOutputTokens: estimateTokens(outputBytes),
  };
}
