import type { Model } from '@modelbridge/dashboard-api';
import { costOf } from '../../../catalog/price.js';
import type { Reply } from './entries.js';

const CHARS_PER_TOKEN = 4;

export interface Cost {
  readonly nanoUsd: bigint;
  /** The API has not told the tokens (yet): they are guessed from the length of the text. */
  readonly isGuess: boolean;
}

/** What a reply costs, or has cost so far. Undefined where nothing is charged or the price is not known. */
export function costOfReply(reply: Reply, models: readonly Model[]): Cost | undefined {
  const model = models.find(({ model_id }) => model_id === reply.modelId);
  if (model === undefined) return undefined;
  const { tiers } = model.price;
  if (reply.usage !== undefined) {
    return { nanoUsd: costOf(tiers, reply.usage), isGuess: reply.state !== 'done' };
  }
  if (reply.firstMs === undefined) return undefined;
  const tokens = {
    input: tokensOf(reply.sentChars),
    cacheRead: 0,
    cacheWrite: 0,
    output: outputOf(reply),
  };
  return { nanoUsd: costOf(tiers, tokens), isGuess: true };
}

/** Of all replies of the conversations together, those that were tried again too. */
export function sumOf(costs: readonly (Cost | undefined)[]): Cost {
  return {
    nanoUsd: costs.reduce((sum, cost) => sum + (cost?.nanoUsd ?? 0n), 0n),
    isGuess: costs.some((cost) => cost?.isGuess === true),
  };
}

/** Tokens that a reply has so far. */
export function outputOf(reply: Reply): number {
  if (reply.usage !== undefined) return reply.usage.output;
  const args = reply.calls.reduce((sum, call) => sum + call.args.length, 0);
  return tokensOf(reply.text.length + reply.reasoning.length + args);
}

export function tokensOf(chars: number): number {
  return Math.ceil(chars / CHARS_PER_TOKEN);
}
