import { setTimeout as delay } from 'node:timers/promises';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PaidRecharges } from '../auto-recharge/paid-recharges.service.js';
import { InvoicesService } from '../invoices/invoices.service.js';
import { PaymentsService } from '../payments/payments.service.js';
import { StripeService, type StripeEvent } from '../stripe/stripe.service.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { TopUpsService } from '../top-ups/top-ups.service.js';
import { stripeEventBounds } from './bounds.js';
import { eventTypes, objectIdOf } from './event-object.js';
import {
  StripeEventsRepository,
  type ClaimedEvent,
  type PendingEvent,
} from './stripe-events.repository.js';

/** applied: its effect is in the ledger. taken: it is kept, and tried again until it is. */
export type EventOutcome = 'applied' | 'taken' | 'repeated' | 'ignored';

/**
 * What Stripe tells: at least once, in any order, or not at all. An event says only which object has changed; that is
 * asked for as it is now, and the event ends in the transaction that books it.
 */
@Injectable()
export class StripeEventsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeps: KickedLoop;
  private readonly catchUps: KickedLoop;
  private timers: NodeJS.Timeout[] = [];
  private readonly failures;

  constructor(
    private readonly database: Database,
    private readonly stripe: StripeService,
    private readonly repository: StripeEventsRepository,
    private readonly payments: PaymentsService,
    private readonly recharges: PaidRecharges,
    private readonly invoices: InvoicesService,
    private readonly topUps: TopUpsService,
    private readonly subscriptions: SubscriptionsService,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.failures = metrics.counter({
      name: 'modelbridge_stripe_event_failures_total',
      help: 'Attempts to apply an event of Stripe that failed and are repeated',
    });
    this.sweeps = new KickedLoop(
      () => this.sweep(),
      (error) => logger.warn({ err: error }, 'events of Stripe could not be looked for'),
    );
    this.catchUps = new KickedLoop(
      () => this.takeMissed(),
      (error) => logger.warn({ err: error }, 'events that Stripe could not deliver were not read'),
    );
  }

  onApplicationBootstrap(): void {
    const { sweepEveryMs, catchUpEveryMs } = stripeEventBounds;
    this.timers = [
      setInterval(() => void this.sweeps.kick(), sweepEveryMs),
      setInterval(() => void this.catchUps.kick(), catchUpEveryMs),
    ];
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** Takes a webhook. Throws as `StripeService.event`, and where it cannot be kept. */
  async take(body: Buffer, signature: string): Promise<EventOutcome> {
    const event = this.stripe.event(body, signature);
    const objectId = objectIdOf(event.type, event.object) ?? null;
    if (!(await this.repository.keep({ ...event, objectId }))) return 'repeated';
    if (objectId === null) return 'ignored';
    const isApplied = await Promise.race([
      this.attempt({ id: event.id, objectId }),
      delay(stripeEventBounds.answerMs, false, { ref: false }),
    ]);
    return isApplied ? 'applied' : 'taken';
  }

  /** Resolves when every event that Stripe lists since the last one here is kept, and those that are due were tried. */
  async catchUp(): Promise<void> {
    await this.catchUps.kick();
    await this.sweeps.kick();
  }

  /** Events that have not had their effect, the oldest first. */
  pending(): Promise<PendingEvent[]> {
    return this.repository.pending(stripeEventBounds.listed);
  }

  private async takeMissed(): Promise<void> {
    const readUntil = await this.repository.readUntil();
    const { catchUpMostMs, catchUpOverlapMs } = stripeEventBounds;
    const now = Date.now();
    const earliest = now - catchUpMostMs;
    const since = Math.max(earliest, (readUntil?.getTime() ?? earliest) - catchUpOverlapMs);
    let missed = 0;
    for await (const event of this.stripe.events(eventTypes, new Date(since))) {
      missed += await this.takeListed(event);
    }
    // Not by the newest event that is here: one that was delivered may be newer than many that were not.
    await this.repository.saveReadUntil(new Date(now));
    if (missed > 0) this.logger.warn({ missed }, 'Stripe had events that it could not deliver');
  }

  private async takeListed(event: StripeEvent): Promise<number> {
    const objectId = objectIdOf(event.type, event.object) ?? null;
    if (!(await this.repository.keep({ ...event, objectId }))) return 0;
    if (objectId !== null) await this.attempt({ id: event.id, objectId });
    return 1;
  }

  private async sweep(): Promise<void> {
    for (;;) {
      const due = await this.repository.claimDue(stripeEventBounds.sweepBatch);
      for (const event of due) await this.attempt(event);
      if (due.length < stripeEventBounds.sweepBatch) return;
    }
  }

  /** Whether the event has had its effect; where it has not, when to try again is noted. */
  private async attempt(event: ClaimedEvent): Promise<boolean> {
    try {
      await this.apply(event);
      return true;
    } catch (error) {
      this.failures.inc();
      const { id: eventId } = event;
      this.logger.warn({ err: error, eventId }, 'an event of Stripe is tried again');
      await this.repository
        .fail(eventId, rpcErrorFrom(error)?.code ?? nameOf(error))
        .catch((failure: unknown) =>
          this.logger.warn(
            { err: failure, eventId },
            'an event of Stripe waits for its claim to end',
          ),
        );
      return false;
    }
  }

  private async apply({ id, objectId }: ClaimedEvent): Promise<void> {
    if (objectId.startsWith('sub_')) return this.applyToSubscription(id, objectId);
    const session = objectId.startsWith('cs_') ? await this.stripe.session(objectId) : undefined;
    const intentId = objectId.startsWith('cs_') ? session?.paymentIntentId : objectId;
    const facts = intentId === undefined ? undefined : await this.stripe.payment(intentId);
    await this.database.transaction(async (tx) => {
      if (!(await this.repository.apply(tx, id))) return;
      if (session !== undefined) await this.topUps.end(tx, session);
      if (facts === undefined) return;
      const accountId = await this.payments.settle(tx, facts);
      if (accountId !== null) await this.recharges.take(tx, accountId, facts);
      if (facts.invoice !== undefined) await this.invoices.pay(tx, facts.invoice.id);
    });
  }

  private async applyToSubscription(id: string, subscriptionId: string): Promise<void> {
    const reading = await this.subscriptions.read(subscriptionId);
    await this.database.transaction(async (tx) => {
      if (await this.repository.apply(tx, id)) await this.subscriptions.settle(tx, reading);
    });
  }
}

/** What operators are shown of an error: its kind, and nothing of what it says. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
