import { RequestResult, type RequestFilter } from '@modelbridge/contracts/usage_ledger.v1';
import type { liveRequests } from '@modelbridge/dashboard-api';
import type * as z from 'zod/mini';

/** What the web app filters by, as usage-ledger is asked. */
export function filterOf(query: z.output<typeof liveRequests.query>): RequestFilter {
  return {
    models: query.model,
    keyIds: query.key_id,
    userIds: query.user_id,
    outcomes: query.outcome,
    statuses: [],
    result: resultOf(query.result),
    apis: query.api,
    regions: query.region,
    minCostNanoUsd: amountOf(query.min_cost_nano_usd),
    maxCostNanoUsd: amountOf(query.max_cost_nano_usd),
    startedFrom: query.from === undefined ? undefined : new Date(query.from),
    startedTo: query.to === undefined ? undefined : new Date(query.to),
    requestId: query.request_id ?? '',
  };
}

function resultOf(result: 'ok' | 'error' | undefined): RequestResult {
  if (result === undefined) return RequestResult.UNSPECIFIED;
  return result === 'ok' ? RequestResult.OK : RequestResult.ERROR;
}

function amountOf(text: string | undefined): bigint | undefined {
  return text === undefined ? undefined : BigInt(text);
}
