import { Controller, Get, Param, Query } from '@nestjs/common';
import { isId } from '@modelbridge/contracts';
import type { Limit } from '@modelbridge/contracts/billing.v1';
import { limitPeriodName, limitScopeName } from '@modelbridge/contracts/limits';
import type { RequestRecord } from '@modelbridge/contracts/usage_ledger.v1';
import { BillingClient, UsageLedgerClient } from '../clients/clients.module.js';
import { CallerKey } from '../keys/caller.js';
import { badField, RequestError } from '../errors/request-error.js';
import { readQuery } from './query.js';
import type { ResolvedKey } from '../keys/resolved-key.js';
import { bounds } from '../bounds.js';

/** What a key may ask about itself. */
@Controller('v1')
export class AccountController {
  constructor(
    private readonly billing: BillingClient,
    private readonly usageLedger: UsageLedgerClient,
  ) {}

  @Get('usage')
  async listUsage(
    @CallerKey() key: ResolvedKey,
    @Query() query: Record<string, unknown>,
  ): Promise<object> {
    const { limit, cursor } = readQuery(query, ['limit', 'cursor']);
    const { requests, nextCursor } = await this.usageLedger.listRequests({
      keyId: key.keyId,
      limit: readLimit(limit),
      cursor: readCursor(cursor),
      accountId: '',
    });
    return {
      object: 'list',
      data: requests.map(usageJson),
      has_more: nextCursor !== '',
      next_cursor: nextCursor === '' ? null : nextCursor,
    };
  }

  @Get('usage/:id')
  async getUsage(
    @CallerKey() key: ResolvedKey,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<object> {
    readQuery(query, []);
    if (!isId('request', id)) throw noSuchRequest();
    const { request } = await this.usageLedger.getRequest({ keyId: key.keyId, requestId: id });
    if (request === undefined) throw noSuchRequest();
    return usageJson(request);
  }

  @Get('credits')
  async getCredits(
    @CallerKey() key: ResolvedKey,
    @Query() query: Record<string, unknown>,
  ): Promise<object> {
    readQuery(query, []);
    const credits = await this.billing.getCredits({ accountId: key.accountId });
    return {
      object: 'credits',
      balance_nano_usd: credits.balanceNanoUsd.toString(),
      held_nano_usd: credits.heldNanoUsd.toString(),
      available_nano_usd: credits.availableNanoUsd.toString(),
      spent_nano_usd: credits.spentNanoUsd.toString(),
    };
  }

  @Get('key')
  async getKey(
    @CallerKey() key: ResolvedKey,
    @Query() query: Record<string, unknown>,
  ): Promise<object> {
    readQuery(query, []);
    const { limits: found } = await this.billing.getLimits({
      accountId: key.accountId,
      userId: key.userId,
      keyId: key.keyId,
    });
    return {
      object: 'key',
      id: key.keyId,
      name: key.name,
      account_id: key.accountId,
      user_id: key.userId,
      team_id: key.teamId,
      limits: found.map(limitJson),
    };
  }
}

function usageJson(request: RequestRecord): object {
  return {
    id: request.requestId,
    object: 'usage',
    created_at: request.startedAt?.toISOString() ?? null,
    completed_at: request.completedAt?.toISOString() ?? null,
    model: request.model,
    provider: request.provider === '' ? null : request.provider,
    region: request.region === '' ? null : request.region,
    api: request.api,
    status: request.status,
    outcome: request.outcome,
    finish_reason: request.finishReason === '' ? null : request.finishReason,
    error_class: request.errorClass === '' ? null : request.errorClass,
    streamed: request.streamed,
    estimated: request.estimated,
    input_tokens: Number(request.inputTokens),
    output_tokens: Number(request.outputTokens),
    reasoning_tokens: Number(request.reasoningTokens),
    cache_read_tokens: Number(request.cacheReadTokens),
    cache_write_tokens: Number(request.cacheWrite5mTokens + request.cacheWrite1hTokens),
    cost_nano_usd: request.costNanoUsd.toString(),
    price_version: request.priceVersion,
    time_to_first_token_ms: request.timeToFirstTokenMs ?? null,
    key_id: request.keyId,
    user_id: request.userId,
    team_id: request.teamId ?? null,
  };
}

function limitJson(limit: Limit): object {
  return {
    // Null: a billing that is newer than this gateway sets limits of a kind not known here.
    scope: limitScopeName(limit.scope) ?? null,
    period: limitPeriodName(limit.period) ?? null,
    limit_nano_usd: limit.limitNanoUsd.toString(),
    used_nano_usd: limit.usedNanoUsd.toString(),
    held_nano_usd: limit.heldNanoUsd.toString(),
    resets_at: limit.resetsAt?.toISOString() ?? null,
  };
}

function readLimit(value: string | undefined): number {
  if (value === undefined) return bounds.defaultPage;
  const limit = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > bounds.maxPage) {
    throw badField('limit', `'limit' must be an integer from 1 to ${bounds.maxPage}.`);
  }
  return limit;
}

function readCursor(value: string | undefined): string {
  if (value === undefined) return '';
  if (value.length > bounds.maxIdentifierLength) {
    throw badField('cursor', "'cursor' must be the next_cursor of an earlier page.");
  }
  return value;
}

function noSuchRequest(): RequestError {
  return RequestError.of('not_found', {
    message: 'There is no request with this id under this key.',
    param: 'id',
  });
}
