import { randomUUID } from 'node:crypto';
import { newId } from '@modelbridge/contracts';
import type {
  CloseAllowanceRequest,
  GrantAllowanceRequest,
  RenewAllowanceRequest,
} from '@modelbridge/contracts/billing.v1';
import type { RecordedRequest } from '@modelbridge/contracts/events';

/** An account with one member and one key. */
export interface Owner {
  accountId: string;
  userId: string;
  keyId: string;
}

let sequence = 0;

export function grantRequest(
  owner: Owner,
  values: Partial<GrantAllowanceRequest> = {},
): GrantAllowanceRequest {
  return {
    allowanceId: newId('allowance'),
    step: 0,
    gatewayEpoch: randomUUID(),
    ...owner,
    teamId: undefined,
    wantedNanoUsd: 0n,
    minimumNanoUsd: 1n,
    requestNanoUsd: 0n,
    rate: undefined,
    keyRateLimits: undefined,
    ...values,
  };
}

export function renewRequest(
  grant: GrantAllowanceRequest,
  values: Partial<RenewAllowanceRequest> & { step: number },
): RenewAllowanceRequest {
  return {
    allowanceId: grant.allowanceId,
    accountId: grant.accountId,
    spentNanoUsd: 0n,
    wantedNanoUsd: 0n,
    minimumNanoUsd: 0n,
    requestNanoUsd: 0n,
    neededNanoUsd: values.minimumNanoUsd ?? 0n,
    returnedNanoUsd: 0n,
    rate: undefined,
    keyRateLimits: undefined,
    ...values,
  };
}

export function closeRequest(
  grant: GrantAllowanceRequest,
  spentNanoUsd: bigint,
  values: Partial<CloseAllowanceRequest> = {},
): CloseAllowanceRequest {
  return {
    allowanceId: grant.allowanceId,
    accountId: grant.accountId,
    step: 1000,
    spentNanoUsd,
    rateUnused: [],
    ...values,
  };
}

/** A finished request as usage-ledger announces it. */
export function recorded(
  owner: Owner,
  values: Partial<RecordedRequest> & { costNanoUsd: string },
): RecordedRequest {
  sequence += 1;
  return {
    requestId: newId('request'),
    sequence,
    allowanceId: null,
    startedAt: '2026-03-14T11:59:58Z',
    completedAt: '2026-03-14T11:59:59Z',
    ...owner,
    teamId: null,
    keyHash: 'ab'.repeat(32),
    model: 'gpt-5.4',
    provider: 'openai',
    region: null,
    api: 'chat_completions',
    status: 200,
    outcome: 'completed',
    finishReason: 'stop',
    errorClass: null,
    streamed: false,
    estimated: false,
    inputTokens: 10,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 10,
    reasoningTokens: 0,
    priceVersion: '1',
    timeToFirstTokenMs: null,
    gatewayEpoch: '0191b7c2-0000-7000-8000-000000000000',
    ledgerSequence: sequence,
    ...values,
  };
}
