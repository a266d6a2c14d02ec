import {
  WebhookDeliveryState,
  type AccountWebhook,
  type NoticePreferences,
  type WebhookDelivery,
} from '@modelbridge/contracts/billing.v1';
import {
  NOTICE_KINDS,
  notificationRoutes,
  type Answer,
  type NoticePreferences as PreferencesJson,
  type WebhookDelivery as DeliveryJson,
} from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { BillingClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { asking } from '../sessions/asking.js';
import { Sensitive, SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';

type OfAccount = Parts<typeof notificationRoutes.get>;
type WebhookJson = NonNullable<Answer<typeof notificationRoutes.webhook>['webhook']>;
type SecretJson = Answer<typeof notificationRoutes.setWebhook>;

const pageSize = 20;

/** What an account's people are told by mail, and its programs by webhook. */
@Controller()
export class NotificationsController {
  constructor(private readonly billing: BillingClient) {}

  @Answers(notificationRoutes.get)
  async get(
    @SignedIn() session: Session,
    @Asked() { params }: OfAccount,
  ): Promise<PreferencesJson> {
    const { preferences } = await this.billing.getNoticePreferences(asking(session, params));
    return preferencesJson(preferences);
  }

  @Answers(notificationRoutes.change)
  async change(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof notificationRoutes.change>,
  ): Promise<PreferencesJson> {
    const threshold = body.balance_low_nano_usd;
    const { preferences } = await this.billing.setNoticePreferences({
      ...asking(session, params),
      preferences: {
        balanceLowNanoUsd: threshold === undefined ? undefined : BigInt(threshold),
        unsubscribedKinds: body.unsubscribed,
      },
    });
    return preferencesJson(preferences);
  }

  @Answers(notificationRoutes.webhook)
  async webhook(
    @SignedIn() session: Session,
    @Asked() { params }: OfAccount,
  ): Promise<{ webhook: WebhookJson | null }> {
    const { webhook } = await this.billing.getAccountWebhook(asking(session, params));
    return { webhook: webhook === undefined ? null : webhookJson(webhook) };
  }

  @Answers(notificationRoutes.setWebhook)
  @Sensitive()
  async setWebhook(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof notificationRoutes.setWebhook>,
  ): Promise<SecretJson> {
    const asked = { ...asking(session, params), url: body.url };
    return secretJson(await this.billing.setAccountWebhook(asked));
  }

  @Answers(notificationRoutes.removeWebhook)
  async removeWebhook(@SignedIn() session: Session, @Asked() { params }: OfAccount): Promise<void> {
    await this.billing.removeAccountWebhook(asking(session, params));
  }

  @Answers(notificationRoutes.rotateWebhookSecret)
  @Sensitive()
  async rotate(@SignedIn() session: Session, @Asked() { params }: OfAccount): Promise<SecretJson> {
    return secretJson(await this.billing.rotateWebhookSecret(asking(session, params)));
  }

  @Answers(notificationRoutes.testWebhook)
  async test(@SignedIn() session: Session, @Asked() { params }: OfAccount): Promise<DeliveryJson> {
    const { delivery } = await this.billing.testAccountWebhook(asking(session, params), {
      timeoutMs: 30_000,
    });
    if (delivery === undefined) throw new Error('billing answered without a delivery');
    return deliveryJson(delivery);
  }

  @Answers(notificationRoutes.deliveries)
  async deliveries(
    @SignedIn() session: Session,
    @Asked() { params, query }: Parts<typeof notificationRoutes.deliveries>,
  ): Promise<Answer<typeof notificationRoutes.deliveries>> {
    const { deliveries, hasMore } = await this.billing.listWebhookDeliveries({
      ...asking(session, params),
      limit: pageSize,
      beforeDeliveryId: query.cursor ?? '',
    });
    const last = deliveries.at(-1);
    return {
      items: deliveries.map(deliveryJson),
      next_cursor: hasMore && last !== undefined ? last.deliveryId : null,
    };
  }
}

function preferencesJson(preferences: NoticePreferences | undefined): PreferencesJson {
  const kinds = preferences?.unsubscribedKinds ?? [];
  return {
    balance_low_nano_usd: preferences?.balanceLowNanoUsd?.toString() ?? null,
    unsubscribed: NOTICE_KINDS.filter((kind) => kinds.includes(kind)),
  };
}

function webhookJson({ url, createdAt, previousSecretUntil }: AccountWebhook): WebhookJson {
  return {
    url,
    created_at: (createdAt ?? new Date(0)).toISOString(),
    previous_secret_until: previousSecretUntil?.toISOString() ?? null,
  };
}

function secretJson(answer: { webhook?: AccountWebhook | undefined; secret: string }): SecretJson {
  if (answer.webhook === undefined) throw new Error('billing answered without a webhook');
  return {
    webhook: webhookJson(answer.webhook),
    secret: answer.secret === '' ? null : answer.secret,
  };
}

const states: Partial<Record<WebhookDeliveryState, DeliveryJson['state']>> = {
  [WebhookDeliveryState.DELIVERED]: 'delivered',
  [WebhookDeliveryState.FAILED]: 'failed',
};

function deliveryJson(delivery: WebhookDelivery): DeliveryJson {
  return {
    delivery_id: delivery.deliveryId,
    kind: delivery.kind,
    state: states[delivery.state] ?? 'pending',
    attempts: delivery.attempts,
    last_status: delivery.lastStatus === 0 ? null : delivery.lastStatus,
    last_error: delivery.lastError === '' ? null : delivery.lastError,
    last_latency_ms: delivery.lastLatencyMs,
    created_at: (delivery.createdAt ?? new Date(0)).toISOString(),
    ended_at: delivery.endedAt?.toISOString() ?? null,
  };
}
