import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  RefusalReason,
  type CloseAllowanceRequest,
  type CloseAllowanceResponse,
  type GrantAllowanceRequest,
  type GrantAllowanceResponse,
  type RenewAllowanceRequest,
  type RenewAllowanceResponse,
} from '@modelbridge/contracts/billing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { z } from 'zod';
import type { Granted, Refused } from '../book/allowance.js';
import { toLimit } from '../book/limit-message.js';
import { ownRatesField, rateField, toRateSlice, unusedField } from '../rates/rate-message.js';
import { amountField, answering, positiveAmountField, uuidField } from '../request-validation.js';
import { AllowancesService } from './allowances.service.js';
import { allowanceBounds } from './bounds.js';

const step = z.int().min(0).max(4_294_967_295);

const grantSchema = z
  .object({
    allowanceId: uuidField('allowance'),
    step,
    gatewayEpoch: z.uuid(),
    accountId: uuidField('account'),
    userId: uuidField('user'),
    keyId: uuidField('key'),
    wantedNanoUsd: amountField,
    minimumNanoUsd: positiveAmountField,
    requestNanoUsd: amountField,
    rate: rateField,
    keyRateLimits: ownRatesField,
  })
  .transform(({ wantedNanoUsd, minimumNanoUsd, requestNanoUsd, rate, keyRateLimits, ...ids }) => ({
    ...ids,
    rate: { ...rate, own: keyRateLimits },
    wanted: wantedNanoUsd,
    minimum: minimumNanoUsd,
    request: requestNanoUsd,
  }));

const renewSchema = z
  .object({
    allowanceId: uuidField('allowance'),
    step,
    accountId: uuidField('account'),
    wantedNanoUsd: amountField,
    minimumNanoUsd: amountField,
    requestNanoUsd: amountField,
    neededNanoUsd: amountField,
    returnedNanoUsd: amountField,
    rate: rateField,
    keyRateLimits: ownRatesField,
  })
  .refine(
    ({ minimumNanoUsd, returnedNanoUsd }) => minimumNanoUsd === 0n || returnedNanoUsd === 0n,
    {
      path: ['returnedNanoUsd'],
      message: 'must be 0 where minimum_nano_usd is not',
    },
  )
  .transform(({ allowanceId, step, accountId, rate, keyRateLimits, ...amounts }) => ({
    allowanceId,
    step,
    accountId,
    rate: { ...rate, own: keyRateLimits },
    wanted: amounts.wantedNanoUsd,
    minimum: amounts.minimumNanoUsd,
    request: amounts.requestNanoUsd,
    needed: amounts.neededNanoUsd,
    returned: amounts.returnedNanoUsd,
  }));

const closeSchema = z.object({
  allowanceId: uuidField('allowance'),
  step,
  accountId: z.literal('').or(uuidField('account')),
  spentNanoUsd: amountField,
  rateUnused: unusedField,
});

const reasons = {
  insufficient_quota: RefusalReason.INSUFFICIENT_QUOTA,
  in_flight: RefusalReason.IN_FLIGHT,
  account_frozen: RefusalReason.ACCOUNT_FROZEN,
  rate_limited: RefusalReason.RATE_LIMITED,
} as const;

@Controller()
export class AllowancesGrpc {
  constructor(private readonly allowances: AllowancesService) {}

  @GrpcMethod('BillingService', 'grantAllowance')
  async grantAllowance(request: GrantAllowanceRequest): Promise<GrantAllowanceResponse> {
    const valid = validRequest(grantSchema, request);
    return toResponse(await answering(() => this.allowances.grant(valid)));
  }

  @GrpcMethod('BillingService', 'renewAllowance')
  async renewAllowance(request: RenewAllowanceRequest): Promise<RenewAllowanceResponse> {
    const valid = validRequest(renewSchema, request);
    return toResponse(await answering(() => this.allowances.renew(valid)));
  }

  @GrpcMethod('BillingService', 'closeAllowance')
  async closeAllowance(request: CloseAllowanceRequest): Promise<CloseAllowanceResponse> {
    const { allowanceId, step, accountId, spentNanoUsd, rateUnused } = validRequest(
      closeSchema,
      request,
    );
    const { released } = await answering(() =>
      this.allowances.close({
        allowanceId,
        step,
        accountId: accountId || undefined,
        spent: spentNanoUsd,
        unused: rateUnused,
      }),
    );
    return { releasedNanoUsd: released };
  }
}

function toResponse(answer: Granted | Refused): GrantAllowanceResponse {
  if (answer.type === 'refused') {
    return {
      outcome: {
        $case: 'refused',
        value: {
          reason: reasons[answer.reason],
          limit: answer.limit && toLimit(answer.limit),
          retryAfterMs: retryAfterMs(answer),
          rate: answer.rate && toRateSlice(answer.rate),
        },
      },
    };
  }
  const { amount, lifetimeMs, idleMs, rate } = answer;
  return {
    outcome: {
      $case: 'granted',
      value: { amountNanoUsd: amount, lifetimeMs, idleMs, rate: rate && toRateSlice(rate) },
    },
  };
}

/** 0 where waiting does not help. A slot may come free before the window ends. */
function retryAfterMs({ reason, rate }: Refused): number {
  if (reason === 'in_flight') return allowanceBounds.retryAfterMs;
  if (reason !== 'rate_limited' || rate === undefined) return 0;
  const windowIsFull = rate.unallocatedRequests === 0n || rate.unallocatedTokens === 0n;
  return windowIsFull ? rate.endsInMs : Math.min(rate.endsInMs, allowanceBounds.retryAfterMs);
}
