import { randomFrom, seal } from '../../generation/hashing.js';
import { prose } from '../../generation/prose.js';
import type { JsonObject } from '../../json.js';
import { newId } from '../ids.js';
import { invalid } from './openai-requests.js';
import type { OutputItem } from './responses-items.js';

/** Tokens of the summary that stands for a conversation. */
const SUMMARY_TOKENS = 64;

/** The item that stands for the conversation whose hash is `seed`: sealed, and taken back later. */
export function compactionItem(seed: number): OutputItem {
  const tokens = prose(randomFrom(seed), SUMMARY_TOKENS);
  const item = { id: newId('cmp_'), type: 'compaction', encrypted_content: seal(tokens.join('')) };
  return { id: item.id, block: { type: 'reasoning', tokens }, opened: item, closed: item };
}

/** Whether the input asks for a compaction, which only its last item may. */
export function asksForCompaction(items: JsonObject[]): boolean {
  const at = items.findIndex((item) => item.type === 'compaction_trigger');
  if (at < 0) return false;
  if (at === items.length - 1) return true;
  throw invalid(
    "Invalid 'input': a 'compaction_trigger' must be the final input item.",
    `input[${at}]`,
    'invalid_value',
  );
}
