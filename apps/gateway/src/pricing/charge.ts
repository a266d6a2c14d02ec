import { noTokens, type TokenCounts } from '@modelbridge/contracts';
import { completeUsage, type ReportedUsage } from '@modelbridge/llm-wire';
import { costOf, type PriceTier } from './price.js';

/** What is known of a reply when its request ends. */
export interface ReplyFacts {
  /** Some of the reply reached us after the upstream accepted the request. */
  received: boolean;
  usage: ReportedUsage | undefined;
  /** The usage covers all that was delivered, or should. */
  usageFinal: boolean;
  /** Our count of the output. */
  estimatedOutputTokens: number;
}

export interface Charge {
  counts: TokenCounts;
  costNanoUsd: bigint;
  estimated: boolean;
  /** What should not happen and needs a person. */
  fault?: 'above_hold' | 'zero_cost' | 'missing_usage';
}

export const nothingReceived: ReplyFacts = {
  received: false,
  usage: undefined,
  usageFinal: false,
  estimatedOutputTokens: 0,
};

/**
 * What a request is charged: nothing when nothing was received; else what the upstream reported,
 * completed by our own counts. Only our own counts are cut to the hold: a report above it is a
 * fault of the bound, and billing books the excess as the platform's loss.
 */
export function chargeOf(
  reply: ReplyFacts,
  terms: { tiers: readonly PriceTier[]; reservedNanoUsd: bigint; estimatedInputTokens: number },
): Charge {
  if (!reply.received) return { counts: noTokens, costNanoUsd: 0n, estimated: false };
  const { usage: counts, estimated } = completeUsage(reply.usage, {
    final: reply.usageFinal,
    inputTokens: terms.estimatedInputTokens,
    outputTokens: reply.estimatedOutputTokens,
  });
  if (terms.tiers.length === 0) return { counts, costNanoUsd: 0n, estimated };
  const cost = costOf(terms.tiers, counts);
  if (cost === 0n && hasTokens(counts)) {
    return { counts, costNanoUsd: 0n, estimated, fault: 'zero_cost' };
  }
  if (estimated) {
    const costNanoUsd = cost < terms.reservedNanoUsd ? cost : terms.reservedNanoUsd;
    const charge = { counts, costNanoUsd, estimated };
    return reply.usageFinal ? { ...charge, fault: 'missing_usage' } : charge;
  }
  if (cost <= terms.reservedNanoUsd) return { counts, costNanoUsd: cost, estimated };
  return { counts, costNanoUsd: cost, estimated, fault: 'above_hold' };
}

function hasTokens(counts: TokenCounts): boolean {
  return Object.values(counts).some((count) => count > 0);
}
