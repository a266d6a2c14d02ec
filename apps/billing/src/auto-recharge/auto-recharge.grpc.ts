import { AccountAccess, actorOf } from '@modelbridge/access';
import {
  RechargeState,
  type AutoRecharge as AutoRechargeMessage,
  type GetAutoRechargeRequest,
  type GetAutoRechargeResponse,
  type SetAutoRechargeRequest,
  type SetAutoRechargeResponse,
} from '@modelbridge/contracts/billing.v1';
import { RpcError, validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { answering, positiveAmountField, uuidField } from '../request-validation.js';
import { centsOf, nanoUsdOf } from '../stripe/cents.js';
import { payableCents } from '../top-ups/top-up.js';
import { AutoRechargeService, type AutoRechargeStanding } from './auto-recharge.service.js';
import type { LastRecharge } from './auto-recharge.js';

const getSchema = z.object({ accountId: uuidField('account') });
const setSchema = z
  .object({
    accountId: uuidField('account'),
    enabled: z.boolean(),
    belowNanoUsd: positiveAmountField,
    amountNanoUsd: positiveAmountField,
    dailyCapNanoUsd: positiveAmountField,
  })
  .refine(({ amountNanoUsd, dailyCapNanoUsd }) => dailyCapNanoUsd >= amountNanoUsd, {
    path: ['dailyCapNanoUsd'],
    message: 'must be at least amount_nano_usd',
  });

const states: Record<LastRecharge['state'], RechargeState> = {
  started: RechargeState.STARTED,
  paid: RechargeState.PAID,
  declined: RechargeState.DECLINED,
  needs_action: RechargeState.NEEDS_ACTION,
  failed: RechargeState.FAILED,
};

@Controller()
export class AutoRechargeGrpc {
  constructor(
    private readonly autoRecharge: AutoRechargeService,
    private readonly access: AccountAccess,
  ) {}

  @GrpcMethod('BillingService', 'getAutoRecharge')
  async getAutoRecharge(request: GetAutoRechargeRequest): Promise<GetAutoRechargeResponse> {
    const { accountId } = validRequest(getSchema, request);
    await this.access.account('getAutoRecharge', actorOf(request), request.accountId);
    return { autoRecharge: toMessage(await answering(() => this.autoRecharge.find(accountId))) };
  }

  @GrpcMethod('BillingService', 'setAutoRecharge')
  async setAutoRecharge(request: SetAutoRechargeRequest): Promise<SetAutoRechargeResponse> {
    const { accountId, enabled, belowNanoUsd, ...amounts } = validRequest(setSchema, request);
    await this.access.account('setAutoRecharge', actorOf(request), request.accountId);
    const standing = await answering(() => {
      const amountCents = payableCents(amounts.amountNanoUsd);
      const dailyCapCents = wholeCents('daily_cap_nano_usd', amounts.dailyCapNanoUsd);
      const settings = { enabled, belowNanoUsd, amountCents, dailyCapCents };
      return this.autoRecharge.set(accountId, settings);
    });
    return { autoRecharge: toMessage(standing) };
  }
}

function wholeCents(field: string, nanoUsd: bigint): number {
  const cents = centsOf(nanoUsd);
  if (cents !== undefined) return cents;
  throw new RpcError(
    'invalid_argument',
    `${field} must be a whole number of cents: a multiple of 10000000 nano-USD`,
    { field },
  );
}

function toMessage({ settings, card, last }: AutoRechargeStanding): AutoRechargeMessage {
  return {
    enabled: settings?.enabled ?? false,
    belowNanoUsd: settings?.belowNanoUsd ?? 0n,
    amountNanoUsd: nanoUsdOf(settings?.amountCents ?? 0),
    dailyCapNanoUsd: nanoUsdOf(settings?.dailyCapCents ?? 0),
    cardBrand: card?.brand ?? '',
    cardLast4: card?.last4 ?? '',
    lastState: last === undefined ? RechargeState.UNSPECIFIED : states[last.state],
    lastCode: last?.code ?? '',
    lastStartedAt: last?.startedAt,
  };
}
