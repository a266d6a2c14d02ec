import { randomUUID } from 'node:crypto';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { BillingError } from '../book/billing-error.js';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import { webhookBounds } from './bounds.js';
import { DeliveriesRepository, type Delivery } from './deliveries.repository.js';
import { WebhookDeliveries } from './deliveries.service.js';
import { secretOf, shownSecret } from './signing.js';
import { WebhookClient } from './webhook-client.service.js';
import { WebhooksRepository, type Webhook } from './webhooks.repository.js';

/** A webhook with the secret that is shown this once. */
export interface Shown {
  webhook: Webhook;
  /** Empty where it was shown before. */
  secret: string;
}

/** Where accounts want to be told by webhook. */
@Injectable()
export class AccountWebhooks {
  constructor(
    private readonly database: Database,
    private readonly repository: WebhooksRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly sender: WebhookDeliveries,
    private readonly client: WebhookClient,
    private readonly audit: AuditService,
    @Inject(BILLING_CONFIG) private readonly config: BillingConfig,
  ) {}

  /** Another URL keeps the secret, and gets what is not delivered yet. */
  async set(accountId: string, text: string): Promise<Shown> {
    const { href } = await this.client.endpoint(text);
    return this.changing(accountId, 'set', async (tx) => {
      const earlier = await this.repository.find(accountId, tx);
      if (earlier !== undefined) {
        return { webhook: await this.repository.changeUrl(tx, accountId, href), secret: '' };
      }
      return this.shown(await this.repository.add(tx, randomUUID(), accountId, href));
    });
  }

  find(accountId: string): Promise<Webhook | undefined> {
    return this.repository.find(accountId);
  }

  /** Another secret; the one before signs too for a day. */
  rotate(accountId: string): Promise<Shown> {
    return this.changing(accountId, 'rotated', async (tx) => {
      await this.existing(accountId, tx);
      const previousUntil = new Date(Date.now() + webhookBounds.previousSecretMs);
      return this.shown(await this.repository.rotate(tx, accountId, previousUntil));
    });
  }

  /** Repeating it is no error. */
  remove(accountId: string): Promise<boolean> {
    return this.changing(accountId, 'removed', (tx) => this.repository.remove(tx, accountId));
  }

  /** The delivery of a test, as it ended. */
  async test(accountId: string): Promise<Delivery> {
    await this.existing(accountId);
    const id = await this.sender.test(accountId);
    const made = (await this.deliveries.list(accountId, undefined, webhookBounds.listed)).find(
      (delivery) => delivery.id === id,
    );
    if (made === undefined) throw new Error('a test that is not in the list');
    return made;
  }

  async list(
    accountId: string,
    before: string,
    limit: number,
  ): Promise<{ deliveries: Delivery[]; hasMore: boolean }> {
    const deliveries = await this.deliveries.list(accountId, before || undefined, limit + 1);
    return { deliveries: deliveries.slice(0, limit), hasMore: deliveries.length > limit };
  }

  private shown(webhook: Webhook): Shown {
    const { id, secretVersion } = webhook;
    return {
      webhook,
      secret: shownSecret(secretOf(this.config.ACCOUNT_WEBHOOK_KEY, id, secretVersion)),
    };
  }

  private async existing(accountId: string, tx?: Tx): Promise<Webhook> {
    const webhook = await this.repository.find(accountId, tx);
    if (webhook !== undefined) return webhook;
    throw new BillingError(
      'failed_precondition',
      'the account has no webhook: set one',
      'account_id',
    );
  }

  private changing<T>(
    accountId: string,
    change: 'set' | 'rotated' | 'removed',
    apply: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async (tx) => {
      if (!(await this.repository.lock(tx, accountId))) {
        throw new BillingError('not_found', 'there is no such account', 'account_id');
      }
      const answer = await apply(tx);
      await this.audit.record(tx, { act: 'webhook.changed', accountId, details: { change } });
      return answer;
    });
  }
}
