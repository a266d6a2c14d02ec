import { AccountAccess, requireActor } from '@modelbridge/access';
import type {
  GetNoticePreferencesRequest,
  GetNoticePreferencesResponse,
  SetNoticePreferencesRequest,
  SetNoticePreferencesResponse,
  UnsubscribeFromNoticesRequest,
  UnsubscribeFromNoticesResponse,
} from '@modelbridge/contracts/billing.v1';
import { RpcError, validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { amountField, answering, uuidField } from '../request-validation.js';
import { optionalKinds } from './preferences.js';
import { NoticePreferences, type Preferences } from './preferences.service.js';

const unsubscribeSchema = z.object({
  token: z.string().min(1, 'is missing').max(500, 'is longer than 500 characters'),
});

const accountSchema = z.object({ accountId: uuidField('account') });
const setSchema = accountSchema.extend({
  preferences: z.object(
    {
      balanceLowNanoUsd: amountField.optional(),
      unsubscribedKinds: z.array(z.enum(optionalKinds, `must be of ${optionalKinds.join(', ')}`)),
    },
    'is missing',
  ),
});

@Controller()
export class NoticePreferencesGrpc {
  constructor(
    private readonly preferences: NoticePreferences,
    private readonly access: AccountAccess,
  ) {}

  @GrpcMethod('BillingService', 'getNoticePreferences')
  async getNoticePreferences(
    request: GetNoticePreferencesRequest,
  ): Promise<GetNoticePreferencesResponse> {
    const actor = requireActor(request);
    const { accountId } = validRequest(accountSchema, request);
    const { reach } = await this.access.account('getNoticePreferences', actor, request.accountId);
    const found = await answering(() => this.preferences.find(accountId, actor));
    return { preferences: toMessage(found, reach) };
  }

  @GrpcMethod('BillingService', 'setNoticePreferences')
  async setNoticePreferences(
    request: SetNoticePreferencesRequest,
  ): Promise<SetNoticePreferencesResponse> {
    const actor = requireActor(request);
    const { accountId, preferences } = validRequest(setSchema, request);
    const { reach } = await this.access.account('setNoticePreferences', actor, request.accountId);
    const { balanceLowNanoUsd: balanceLow, unsubscribedKinds: unsubscribed } = preferences;
    if (balanceLow !== undefined && reach === 'own') {
      throw new RpcError(
        'permission_denied',
        "only the team's owner or an admin may say when its balance is low",
        { field: 'balance_low_nano_usd' },
      );
    }
    const set = () => this.preferences.set(accountId, actor, { balanceLow, unsubscribed });
    return { preferences: toMessage(await answering(set), reach) };
  }

  @GrpcMethod('BillingService', 'unsubscribeFromNotices')
  async unsubscribeFromNotices(
    request: UnsubscribeFromNoticesRequest,
  ): Promise<UnsubscribeFromNoticesResponse> {
    const { token } = validRequest(unsubscribeSchema, request);
    return { kind: await answering(() => this.preferences.unsubscribe(token)) };
  }
}

function toMessage({ balanceLow, unsubscribed }: Preferences, reach: 'all' | 'own') {
  return {
    balanceLowNanoUsd: reach === 'all' ? balanceLow : undefined,
    unsubscribedKinds: unsubscribed,
  };
}
