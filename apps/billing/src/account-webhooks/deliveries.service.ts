import { randomUUID } from 'node:crypto';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import { Metrics } from '@modelbridge/service-kit/metrics';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BillingError } from '../book/billing-error.js';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import { webhookBounds } from './bounds.js';
import { DeliveriesRepository, type DueDelivery } from './deliveries.repository.js';
import { secretOf, signedHeaders } from './signing.js';
import { WebhookClient, type Attempt } from './webhook-client.service.js';
import { messageBody } from './webhook-message.js';

/** Sends webhooks: any number of replicas, each message by one of them at a time, until its endpoint has taken it. */
@Injectable()
export class WebhookDeliveries implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly attempts;

  constructor(
    private readonly repository: DeliveriesRepository,
    private readonly client: WebhookClient,
    @Inject(BILLING_CONFIG) private readonly config: BillingConfig,
    logger: Logger,
    metrics: Metrics,
  ) {
    this.attempts = metrics.counter({
      name: 'modelbridge_webhook_attempts_total',
      help: 'Attempts to deliver a webhook to an account, by their outcome',
      labelNames: ['outcome'],
    });
    this.loop = new KickedLoop(
      () => this.sweep(),
      (error) => logger.warn({ err: error }, 'webhooks could not be looked for'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(
      () => void (this.sweeping = this.loop.kick()),
      webhookBounds.sweepEveryMs,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Resolves when every delivery that was due has been tried. */
  send(): Promise<void> {
    return this.loop.kick();
  }

  /** Sends a message without a fact, now; how that ended is in the list under the id. */
  async test(accountId: string): Promise<string> {
    const due = await this.repository.addTest(randomUUID(), accountId, webhookBounds);
    if (due === undefined) {
      throw new BillingError(
        'resource_exhausted',
        `the webhook was tested ${webhookBounds.testsAMinute} times within a minute: wait for one`,
        'account_id',
      );
    }
    const attempt = await this.attempt(due);
    await this.repository.note(due.id, attempt, isTaken(attempt) ? 'delivered' : 'failed');
    return due.id;
  }

  private async sweep(): Promise<void> {
    const { sweepBatch, claimMs, atOnce } = webhookBounds;
    while (!this.stopped) {
      const due = await this.repository.claimDue(sweepBatch, claimMs);
      const accounts = [...byAccount(due).values()];
      const lanes = Array.from({ length: atOnce }, async () => {
        for (let next = accounts.shift(); next !== undefined; next = accounts.shift()) {
          await this.deliverInTurn(next);
        }
      });
      await Promise.all(lanes);
      if (due.length < sweepBatch) return;
    }
  }

  /** One after the other, until one is not taken: what else waits for this endpoint then waits with it. */
  private async deliverInTurn(deliveries: DueDelivery[]): Promise<void> {
    for (const delivery of deliveries) if (!(await this.deliver(delivery))) return;
  }

  /** Whether it was taken. */
  private async deliver({ id, ...due }: DueDelivery): Promise<boolean> {
    const attempt = await this.attempt({ id, ...due });
    if (isTaken(attempt)) {
      await this.repository.note(id, attempt, 'delivered');
      return true;
    }
    const isOver = Date.now() - due.createdAt.getTime() > webhookBounds.giveUpAfterMs;
    const retryMs = pauseAfter(due.attempts);
    if (isOver) await this.repository.note(id, attempt, 'failed');
    else await this.repository.note(id, attempt, 'pending', retryMs);
    await this.repository.postpone(due.webhook.accountId, retryMs);
    return false;
  }

  private async attempt(due: DueDelivery): Promise<Attempt> {
    const { id, url, secretVersion, previousSecretUntil } = due.webhook;
    const now = new Date();
    const isPreviousValid = previousSecretUntil !== null && previousSecretUntil > now;
    const versions = [secretVersion, ...(isPreviousValid ? [secretVersion - 1] : [])];
    const secrets = versions.map((version) =>
      secretOf(this.config.ACCOUNT_WEBHOOK_KEY, id, version),
    );
    const body = messageBody(due);
    const attempt = await this.client.post(url, signedHeaders(secrets, due.id, now, body), body);
    this.attempts.inc({ outcome: isTaken(attempt) ? 'delivered' : 'failed' });
    return attempt;
  }
}

function byAccount(due: readonly DueDelivery[]): Map<string, DueDelivery[]> {
  const accounts = new Map<string, DueDelivery[]>();
  for (const delivery of due) {
    const { accountId } = delivery.webhook;
    const others = accounts.get(accountId);
    if (others === undefined) accounts.set(accountId, [delivery]);
    else others.push(delivery);
  }
  return accounts;
}

function isTaken(attempt: Attempt): boolean {
  return 'status' in attempt && attempt.status >= 200 && attempt.status < 300;
}

/** Spread by a fifth, so that what failed together does not come back together. */
function pauseAfter(attempts: number): number {
  const { retryMs, retryMostMs } = webhookBounds;
  return Math.min(retryMs * 3 ** attempts, retryMostMs) * (0.9 + Math.random() * 0.2);
}
