import {
  RefusalReason,
  type GrantAllowanceResponse,
  type Limit,
  type RateDemand,
  type RateSlice,
  type Refused,
} from '@modelbridge/contracts/billing.v1';
import { limitPeriodName, limitScopeName } from '@modelbridge/contracts/limits';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import type { Logger } from '@modelbridge/service-kit/logging';
import type { BillingClient } from '../clients/clients.module.js';
import type { Refusal } from './admission.js';
import type { AllowanceCloser } from './allowance-closer.service.js';
import type {
  Ask,
  BillingSteps,
  Closing,
  LeaseAtBilling,
  Spender,
  StepAnswer,
} from './billing-steps.js';
import { firstStep } from './lease.js';
import { allowanceBounds } from './bounds.js';
import type { RateStanding, Slice } from './rate-slice.js';

/** Where the gateway notes which allowances it may hold, so that they are closed exactly after a crash. */
export interface AllowanceJournal {
  readonly epoch: string;
  allowanceGranted(allowanceId: string): void;
  allowanceClosed(allowanceId: string): void;
}

/** A billing that is being restarted is waited for. */
const call = { timeoutMs: allowanceBounds.callTimeoutMs, waitForReady: true };

/** Allowance steps over gRPC. */
export class BillingClientSteps implements BillingSteps {
  constructor(
    private readonly billing: BillingClient,
    private readonly journal: AllowanceJournal,
    private readonly closer: AllowanceCloser,
    private readonly logger: Logger,
  ) {}

  pausedMs(): number | undefined {
    return this.billing.pausedMs();
  }

  async grant(spender: Spender, allowanceId: string, ask: Ask): Promise<StepAnswer> {
    // Before the call: a crash between billing's answer and our note would leave the money held.
    this.journal.allowanceGranted(allowanceId);
    const sentAt = performance.now();
    const { outcome } = await this.billing.grantAllowance(
      {
        allowanceId,
        step: firstStep,
        gatewayEpoch: this.journal.epoch,
        accountId: spender.accountId,
        userId: spender.userId,
        keyId: spender.keyId,
        teamId: spender.teamId ?? undefined,
        wantedNanoUsd: ask.wanted,
        requestNanoUsd: ask.request,
        minimumNanoUsd: ask.minimum > 0n ? ask.minimum : 1n,
        rate: rateDemand(ask),
        keyRateLimits: spender.rateLimits,
      },
      call,
    );
    const answer = answerOf(outcome, sentAt);
    if (answer.kind === 'refused') this.journal.allowanceClosed(allowanceId);
    return answer;
  }

  async renew(lease: LeaseAtBilling, step: number, ask: Ask): Promise<StepAnswer> {
    const sentAt = performance.now();
    try {
      const { outcome } = await this.billing.renewAllowance(
        {
          allowanceId: lease.allowanceId,
          accountId: lease.accountId,
          step,
          spentNanoUsd: lease.spent,
          wantedNanoUsd: ask.wanted,
          requestNanoUsd: ask.request,
          minimumNanoUsd: ask.minimum,
          neededNanoUsd: ask.needed,
          returnedNanoUsd: ask.returned,
          rate: rateDemand(ask),
          keyRateLimits: lease.rateLimits,
        },
        call,
      );
      return answerOf(outcome, sentAt);
    } catch (error) {
      const code = rpcErrorFrom(error)?.code;
      if (code === 'failed_precondition' || code === 'not_found') return { kind: 'ended' };
      this.logger.warn(
        { code, allowanceId: lease.allowanceId },
        'an allowance could not be renewed',
      );
      throw error;
    }
  }

  async close({ allowanceId, accountId, spent, unused }: Closing, step: number): Promise<void> {
    const answered = await this.closer.close({
      allowanceId,
      accountId,
      step,
      spentNanoUsd: spent,
      rateUnused: unused.map(({ resetsAt, requests, tokens }) => ({
        windowEndsAt: new Date(resetsAt),
        requests: BigInt(requests),
        tokens: BigInt(tokens),
      })),
    });
    if (answered) this.journal.allowanceClosed(allowanceId);
  }
}

function rateDemand({ rate }: Ask): RateDemand {
  return {
    requests: BigInt(rate.needed.requests),
    tokens: BigInt(rate.needed.tokens),
    concurrentRequests: rate.neededSlots,
    wantedRequests: BigInt(rate.wanted.requests),
    wantedTokens: BigInt(rate.wanted.tokens),
    wantedConcurrentRequests: rate.wantedSlots,
    nextWindow: rate.nextWindow,
  };
}

function answerOf(outcome: GrantAllowanceResponse['outcome'], sentAt: number): StepAnswer {
  if (outcome === undefined) throw new Error('billing answered nothing');
  if (outcome.$case === 'refused') return { kind: 'refused', refusal: refusalOf(outcome.value) };
  const { amountNanoUsd, lifetimeMs, idleMs, rate } = outcome.value;
  const slice = rate && sliceOf(rate, { sentAt, answeredAt: performance.now() });
  return { kind: 'granted', terms: { amountNanoUsd, lifetimeMs, idleMs, slice } };
}

/**
 * Billing looked at its clock at some time between: here a window begins no sooner and ends no later than
 * there, or a request at its edge would count in the window before.
 */
export function sliceOf(
  rate: RateSlice,
  { sentAt, answeredAt }: { sentAt: number; answeredAt: number },
): Slice {
  return {
    requests: Number(rate.requests),
    tokens: Number(rate.tokens),
    concurrentRequests: rate.concurrentRequests,
    limitRequests: Number(rate.limitRequests),
    limitTokens: Number(rate.limitTokens),
    limitConcurrentRequests: rate.limitConcurrentRequests,
    unallocatedRequests: Number(rate.unallocatedRequests),
    unallocatedTokens: Number(rate.unallocatedTokens),
    windowStartsAt: answeredAt + rate.windowStartsInMs,
    windowEndsAt: sentAt + rate.windowEndsInMs,
    resetsAt: rate.windowEndsAt?.getTime() ?? 0,
  };
}

const reasons: Record<RefusalReason, Refusal['reason']> = {
  [RefusalReason.UNSPECIFIED]: 'billing_unavailable',
  [RefusalReason.INSUFFICIENT_QUOTA]: 'insufficient_quota',
  [RefusalReason.IN_FLIGHT]: 'in_flight_budget',
  [RefusalReason.ACCOUNT_FROZEN]: 'account_frozen',
  [RefusalReason.RATE_LIMITED]: 'rate_limited',
  [RefusalReason.UNRECOGNIZED]: 'billing_unavailable',
};

function refusalOf({ reason, limit, retryAfterMs, rate }: Refused): Refusal {
  const named = reasons[reason];
  return {
    reason: named,
    limitSource: limit && sourceOf(limit),
    availableNanoUsd: limit && available(limit, named),
    retryAfterMs: retryAfterMs === 0 ? undefined : retryAfterMs,
    rate: rate && standingOf(rate),
  };
}

/** Undefined for a limit of a kind that only a billing newer than this gateway knows. */
function sourceOf(limit: Limit): string | undefined {
  const scope = limitScopeName(limit.scope);
  const period = limitPeriodName(limit.period);
  return scope && period && `${scope}.${period}`;
}

/** For too little money what is not used; for money in flight what is not held either. */
function available(
  limit: { limitNanoUsd: bigint; usedNanoUsd: bigint; heldNanoUsd: bigint },
  reason: Refusal['reason'],
): bigint {
  const unused = limit.limitNanoUsd - limit.usedNanoUsd;
  const left = reason === 'in_flight_budget' ? unused - limit.heldNanoUsd : unused;
  return left > 0n ? left : 0n;
}

function standingOf(rate: RateSlice): RateStanding {
  return {
    limitRequests: Number(rate.limitRequests),
    remainingRequests: Number(rate.unallocatedRequests),
    limitTokens: Number(rate.limitTokens),
    remainingTokens: Number(rate.unallocatedTokens),
    resetsAt: rate.windowEndsAt?.getTime() ?? 0,
  };
}
