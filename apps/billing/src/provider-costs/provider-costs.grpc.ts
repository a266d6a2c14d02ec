import { providers } from '@modelbridge/contracts';
import {
  ProviderCostState,
  type ImportProviderBillRequest,
  type ImportProviderBillResponse,
  type ListProviderCostsRequest,
  type ListProviderCostsResponse,
  type ProviderCost,
} from '@modelbridge/contracts/billing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { answering } from '../request-validation.js';
import { providerCostBounds } from './bounds.js';
import type { ComparedCost, CostState } from './cost-comparison.js';
import { ProviderBillsService } from './provider-bills.service.js';
import { ProviderCostsService } from './provider-costs.service.js';

const dayMs = 24 * 3_600_000;

const importSchema = z.object({
  csv: z
    .instanceof(Buffer)
    .refine(
      ({ length }) => length <= providerCostBounds.csvBytes,
      `has more than ${providerCostBounds.csvBytes} bytes: import it in parts, each of whole days`,
    ),
});

const wholeDay = z
  .date('must be a time')
  .refine((time) => time.getTime() % dayMs === 0, 'must be the beginning of a UTC day');

const listSchema = z
  .object({
    from: wholeDay,
    to: wholeDay,
    provider: z
      .enum(['', ...providers], `must be one of ${providers.join(', ')}, or empty`)
      .transform((provider) => provider || undefined),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' })
  .refine(({ from, to }) => to.getTime() - from.getTime() <= 100 * dayMs, {
    path: ['to'],
    message: 'is more than 100 days after from',
  });

const states: Record<CostState, ProviderCostState> = {
  agrees: ProviderCostState.AGREES,
  differs: ProviderCostState.DIFFERS,
  not_billed: ProviderCostState.NOT_BILLED,
  not_used: ProviderCostState.NOT_USED,
  no_bill: ProviderCostState.NO_BILL,
};

@Controller()
export class ProviderCostsGrpc {
  constructor(
    private readonly bills: ProviderBillsService,
    private readonly costs: ProviderCostsService,
  ) {}

  @GrpcMethod('BillingService', 'importProviderBill')
  async importProviderBill(
    request: ImportProviderBillRequest,
  ): Promise<ImportProviderBillResponse> {
    const { csv } = validRequest(importSchema, request);
    const days = await answering(() => this.bills.import(csv));
    return { days: days.map((one) => ({ ...one, day: startOf(one.day) })) };
  }

  @GrpcMethod('BillingService', 'listProviderCosts')
  async listProviderCosts(request: ListProviderCostsRequest): Promise<ListProviderCostsResponse> {
    const { from, to, provider } = validRequest(listSchema, request);
    const costs = await answering(() => this.costs.between(from, to, provider));
    return { costs: costs.map(messageOf) };
  }
}

function messageOf({ day, state, used, billed, ...compared }: ComparedCost): ProviderCost {
  const list = used?.listCostNanoUsd ?? 0n;
  return {
    ...compared,
    day: startOf(day),
    state: states[state],
    requests: used?.requests ?? 0n,
    used: {
      inputTokens: used?.inputTokens ?? 0n,
      cacheReadTokens: used?.cacheReadTokens ?? 0n,
      cacheWrite5mTokens: used?.cacheWrite5mTokens ?? 0n,
      cacheWrite1hTokens: used?.cacheWrite1hTokens ?? 0n,
      outputTokens: used?.outputTokens ?? 0n,
    },
    billed: billed && {
      inputTokens: billed.inputTokens ?? undefined,
      cacheReadTokens: billed.cacheReadTokens ?? undefined,
      cacheWrite5mTokens: billed.cacheWrite5mTokens ?? undefined,
      cacheWrite1hTokens: billed.cacheWrite1hTokens ?? undefined,
      outputTokens: billed.outputTokens ?? undefined,
    },
    listCostNanoUsd: list,
    chargedNanoUsd: list - (used?.overrunNanoUsd ?? 0n),
    billedNanoUsd: billed?.costNanoUsd,
  };
}

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
