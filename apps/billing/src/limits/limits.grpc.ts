import { actorOf } from '@modelbridge/access';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { uuidOf } from '@modelbridge/contracts';
import {
  LimitPeriod,
  LimitScope,
  type GetLimitsRequest,
  type GetLimitsResponse,
  type ListMemberLimitsRequest,
  type ListMemberLimitsResponse,
  type SetLimitRequest,
  type SetLimitResponse,
} from '@modelbridge/contracts/billing.v1';
import {
  limitPeriodName,
  limitScopeIdKinds,
  limitScopeName,
  limitScopes,
  type LimitScopeName,
} from '@modelbridge/contracts/limits';
import { RpcError, validRequest } from '@modelbridge/service-kit/grpc';
import { z } from 'zod';
import { periodsOf } from '../book/counter.js';
import { amountField, answering, uuidField } from '../request-validation.js';
import { toLimit, toMemberLimit } from '../book/limit-message.js';
import { LimitAccess } from './limit-access.service.js';
import { LimitsService } from './limits.service.js';

const setSchema = z.object({
  scope: z.enum(LimitScope),
  period: z.enum(LimitPeriod),
  accountId: uuidField('account'),
  scopeId: z.string(),
  limitNanoUsd: amountField.optional(),
});

const getSchema = z.object({
  accountId: uuidField('account'),
  userId: uuidField('user'),
  keyId: uuidField('key'),
});

const maxMembers = 200;

const membersSchema = z.object({
  accountId: uuidField('account'),
  userIds: z.array(uuidField('user')).max(maxMembers, `must be at most ${maxMembers}`),
});

@Controller()
export class LimitsGrpc {
  constructor(
    private readonly limits: LimitsService,
    private readonly access: LimitAccess,
  ) {}

  @GrpcMethod('BillingService', 'setLimit')
  async setLimit(request: SetLimitRequest): Promise<SetLimitResponse> {
    const valid = validRequest(setSchema, request);
    const scope = limitScopeName(valid.scope);
    if (scope === undefined) throw invalid('scope', `must be one of ${limitScopes.join(', ')}`);
    const period = limitPeriodName(valid.period);
    if (period === undefined || !periodsOf[scope].includes(period)) {
      throw invalid('period', `must be one of ${periodsOf[scope].join(', ')} for ${scope}`);
    }
    const scopeId = scopeIdOf(scope, valid);
    await this.access.set(actorOf(request), request);
    const cap = valid.limitNanoUsd ?? null;
    const counter = await answering(() =>
      this.limits.set({ accountId: valid.accountId, scope, scopeId, period }, cap),
    );
    return { limit: counter.cap === null ? undefined : toLimit(counter) };
  }

  @GrpcMethod('BillingService', 'getLimits')
  async getLimits(request: GetLimitsRequest): Promise<GetLimitsResponse> {
    const spender = validRequest(getSchema, request);
    const isShown = await this.access.shown(actorOf(request), request);
    const counters = await answering(() => this.limits.standing(spender));
    return { limits: counters.map(toLimit).filter(isShown) };
  }

  @GrpcMethod('BillingService', 'listMemberLimits')
  async listMemberLimits(request: ListMemberLimitsRequest): Promise<ListMemberLimitsResponse> {
    const { accountId, userIds } = validRequest(membersSchema, request);
    await this.access.members(actorOf(request), request);
    const { counters, resetsAt } = await this.limits.months(accountId, userIds);
    return { members: counters.map(toMemberLimit), resetsAt };
  }
}

function scopeIdOf(
  scope: LimitScopeName,
  { accountId, scopeId }: { accountId: string; scopeId: string },
): string {
  if (scope === 'account') {
    if (scopeId !== '') throw invalid('scope_id', 'must be empty for the account');
    return accountId;
  }
  const kind = limitScopeIdKinds[scope];
  try {
    return uuidOf(kind, scopeId);
  } catch {
    throw invalid('scope_id', `must be a ${kind} id`);
  }
}

function invalid(field: string, message: string): RpcError {
  return new RpcError('invalid_argument', `${field} ${message}`, { field });
}
