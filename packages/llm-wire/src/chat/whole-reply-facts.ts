import { fromChatReason, isBrokenReason } from '../conversation/finish-reasons.js';
import type { FinishReason } from '../wire-format.js';
import { totalInput } from '@modelbridge/contracts';
import { readReplyFacts, type ReplyFacts } from '../usage/reply-facts.js';
import { readUsage } from '../usage/read-usage.js';
import type { ReportedUsage } from '../usage/token-usage.js';

const openBrace = 0x7b;
const closeBrace = 0x7d;
const usageKey = Buffer.from('"usage":');
const finishReasonKey = Buffer.from('"finish_reason":');
const longestUsage = 4_096;
const longestReason = 40;
const errorKey = Buffer.from('"error":');
const messageKey = Buffer.from('"message":');

/**
 * What a whole native chat reply says of itself, without reading its choices; undefined where it is
 * not a whole reply. What has no usage and no reason at the expected places, or an error, is read in
 * full. Inside a JSON string the quotes of these keys would be escaped, so that what is found is a key.
 */
export function chatReplyFacts(body: Buffer): ReplyFacts | undefined {
  if (isEnclosed(body) && !body.includes(errorKey) && hasMessage(body)) {
    const usage = lastUsage(body);
    const finishReason = lastFinishReason(body);
    if (usage?.outputTokens && totalInput(usage) > 0 && finishReason !== undefined) {
      return { usage, finishReason, estimatedOutputTokens: 0 };
    }
  }
  return readReplyFacts('chat', body);
}

function isEnclosed(body: Buffer): boolean {
  let end = body.length - 1;
  while (end > 0 && isSpace(body[end])) end--;
  let start = 0;
  while (start < end && isSpace(body[start])) start++;
  return body[start] === openBrace && body[end] === closeBrace;
}

/** Of the first choice. */
function hasMessage(body: Buffer): boolean {
  const at = body.indexOf(messageKey);
  if (at === -1) return false;
  let start = at + messageKey.length;
  while (isSpace(body[start])) start++;
  return body[start] === openBrace;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function lastUsage(body: Buffer): ReportedUsage | undefined {
  const at = body.lastIndexOf(usageKey);
  if (at === -1) return undefined;
  const start = at + usageKey.length;
  const limit = Math.min(body.length, start + longestUsage);
  for (let end = start, depth = 0; end < limit; end++) {
    if (body[end] === openBrace) depth++;
    else if (body[end] === closeBrace && --depth === 0) {
      return readUsage('chat', parse(body.toString('utf8', start, end + 1)));
    }
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lastFinishReason(body: Buffer): FinishReason | undefined {
  const at = body.lastIndexOf(finishReasonKey);
  if (at === -1) return undefined;
  const start = at + finishReasonKey.length;
  const value = /^\s*"([a-z_]*)"/.exec(body.toString('latin1', start, start + longestReason));
  return value === null || isBrokenReason(value[1]!) ? undefined : fromChatReason(value[1]!);
}
