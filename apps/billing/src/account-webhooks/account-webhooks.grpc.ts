import { AccountAccess, actorOf } from '@modelbridge/access';
import {
  WebhookDeliveryState,
  type AccountWebhook,
  type GetAccountWebhookRequest,
  type GetAccountWebhookResponse,
  type ListWebhookDeliveriesRequest,
  type ListWebhookDeliveriesResponse,
  type RemoveAccountWebhookRequest,
  type RemoveAccountWebhookResponse,
  type RotateWebhookSecretRequest,
  type RotateWebhookSecretResponse,
  type SetAccountWebhookRequest,
  type SetAccountWebhookResponse,
  type TestAccountWebhookRequest,
  type TestAccountWebhookResponse,
  type WebhookDelivery,
} from '@modelbridge/contracts/billing.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { answering, uuidField } from '../request-validation.js';
import { AccountWebhooks } from './account-webhooks.service.js';
import { webhookBounds } from './bounds.js';

const { listed } = webhookBounds;

const accountSchema = z.object({ accountId: uuidField('account') });
const setSchema = accountSchema.extend({ url: z.string() });
const listSchema = accountSchema.extend({
  limit: z.number().max(listed, `must be at most ${listed}`),
  beforeDeliveryId: z.union([z.literal(''), z.uuid('must be a delivery id, or empty')]),
});

type Stored = NonNullable<Awaited<ReturnType<AccountWebhooks['find']>>>;
type StoredDelivery = Awaited<ReturnType<AccountWebhooks['test']>>;

const states: Record<StoredDelivery['state'], WebhookDeliveryState> = {
  pending: WebhookDeliveryState.PENDING,
  delivered: WebhookDeliveryState.DELIVERED,
  failed: WebhookDeliveryState.FAILED,
};

@Controller()
export class AccountWebhooksGrpc {
  constructor(
    private readonly webhooks: AccountWebhooks,
    private readonly access: AccountAccess,
  ) {}

  @GrpcMethod('BillingService', 'setAccountWebhook')
  async setAccountWebhook(request: SetAccountWebhookRequest): Promise<SetAccountWebhookResponse> {
    const { accountId, url } = validRequest(setSchema, request);
    await this.access.account('setAccountWebhook', actorOf(request), request.accountId);
    const { webhook, secret } = await answering(() => this.webhooks.set(accountId, url));
    return { webhook: toMessage(webhook), secret };
  }

  @GrpcMethod('BillingService', 'getAccountWebhook')
  async getAccountWebhook(request: GetAccountWebhookRequest): Promise<GetAccountWebhookResponse> {
    const { accountId } = validRequest(accountSchema, request);
    await this.access.account('getAccountWebhook', actorOf(request), request.accountId);
    const webhook = await this.webhooks.find(accountId);
    return { webhook: webhook && toMessage(webhook) };
  }

  @GrpcMethod('BillingService', 'removeAccountWebhook')
  async removeAccountWebhook(
    request: RemoveAccountWebhookRequest,
  ): Promise<RemoveAccountWebhookResponse> {
    const { accountId } = validRequest(accountSchema, request);
    await this.access.account('removeAccountWebhook', actorOf(request), request.accountId);
    await answering(() => this.webhooks.remove(accountId));
    return {};
  }

  @GrpcMethod('BillingService', 'rotateWebhookSecret')
  async rotateWebhookSecret(
    request: RotateWebhookSecretRequest,
  ): Promise<RotateWebhookSecretResponse> {
    const { accountId } = validRequest(accountSchema, request);
    await this.access.account('rotateWebhookSecret', actorOf(request), request.accountId);
    const { webhook, secret } = await answering(() => this.webhooks.rotate(accountId));
    return { webhook: toMessage(webhook), secret };
  }

  @GrpcMethod('BillingService', 'testAccountWebhook')
  async testAccountWebhook(
    request: TestAccountWebhookRequest,
  ): Promise<TestAccountWebhookResponse> {
    const { accountId } = validRequest(accountSchema, request);
    await this.access.account('testAccountWebhook', actorOf(request), request.accountId);
    return { delivery: toDelivery(await answering(() => this.webhooks.test(accountId))) };
  }

  @GrpcMethod('BillingService', 'listWebhookDeliveries')
  async listWebhookDeliveries(
    request: ListWebhookDeliveriesRequest,
  ): Promise<ListWebhookDeliveriesResponse> {
    const { accountId, limit, beforeDeliveryId } = validRequest(listSchema, request);
    await this.access.account('listWebhookDeliveries', actorOf(request), request.accountId);
    const page = await this.webhooks.list(
      accountId,
      beforeDeliveryId,
      limit === 0 ? listed : limit,
    );
    return { deliveries: page.deliveries.map(toDelivery), hasMore: page.hasMore };
  }
}

function toMessage({ url, previousSecretUntil, createdAt }: Stored): AccountWebhook {
  const isOver = previousSecretUntil === null || previousSecretUntil <= new Date();
  return { url, createdAt, previousSecretUntil: isOver ? undefined : previousSecretUntil };
}

function toDelivery({ id, kind, state, attempts, ...last }: StoredDelivery): WebhookDelivery {
  return {
    deliveryId: id,
    kind: kind ?? 'test',
    state: states[state],
    attempts,
    lastStatus: last.lastStatus ?? 0,
    lastError: last.lastError ?? '',
    lastLatencyMs: last.lastLatencyMs ?? 0,
    createdAt: last.createdAt,
    endedAt: last.endedAt ?? undefined,
  };
}
