import { randomUUID } from 'node:crypto';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { dayOf } from '../book/counter.js';
import { PaymentsService } from '../payments/payments.service.js';
import { ProviderCostsService } from '../provider-costs/provider-costs.service.js';
import { StripeMovements, type Movement } from '../stripe/stripe-movements.service.js';
import { StripeService } from '../stripe/stripe.service.js';
import { reconciliationBounds } from './bounds.js';
import { PlanDifferences } from './plan-differences.service.js';
import {
  ReconciliationRepository,
  type Difference,
  type Range,
  type Suspect,
} from './reconciliation.repository.js';

const dayMs = 24 * 3_600_000;

export interface Reconciliation {
  /** Movements at Stripe and payments here that were looked at. */
  checked: number;
  differences: Difference[];
}

/**
 * Compares what is booked with how money moved at Stripe, each day once and on demand. Sums find what has to be looked
 * into; whether it differs is decided by the payment as it stands. Differences are kept and alerted. Those of money are
 * never mended; plans are brought to their subscriptions.
 */
@Injectable()
export class ReconciliationService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly days: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private readonly differences;
  private readonly providerDifferences;

  constructor(
    private readonly repository: ReconciliationRepository,
    private readonly payments: PaymentsService,
    private readonly movements: StripeMovements,
    private readonly stripe: StripeService,
    private readonly providerCosts: ProviderCostsService,
    private readonly plans: PlanDifferences,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.differences = metrics.gauge({
      name: 'modelbridge_reconciliation_differences',
      help: 'Differences between the ledger and Stripe of the last 7 days; anything but 0 needs a person',
    });
    this.providerDifferences = metrics.gauge({
      name: 'modelbridge_provider_cost_differences',
      help: "Models and days of which a provider's bill is not what was used, of the last 60 days; anything but 0 needs a person",
    });
    this.days = new KickedLoop(
      () => this.compareDays(),
      (error) =>
        logger.warn({ err: error }, 'a day was not compared with Stripe; it is tried again'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.days.kick(), reconciliationBounds.lookEveryMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Resolves when every day that is due was compared, by this process or another. */
  compareDue(): Promise<void> {
    return this.days.kick();
  }

  /** Compares everything until a few minutes ago, which may not be booked yet. */
  async compareAll(): Promise<Reconciliation> {
    const until = new Date(Date.now() - reconciliationBounds.settlingMs);
    const from = await this.repository.firstPaymentAt();
    // A little before it: Stripe's clock is not ours.
    const range = { from: new Date((from ?? until).getTime() - dayMs), until };
    return this.compare(range, null) as Promise<Reconciliation>;
  }

  private async compareDays(): Promise<void> {
    const now = Date.now() - reconciliationBounds.dayLagMs;
    const days = Array.from({ length: reconciliationBounds.days }, (_, index) =>
      dayOf(new Date(now - (index + 1) * dayMs)),
    );
    const first = await this.repository.firstPaymentAt();
    const due = days.filter((day) => first !== undefined && day >= dayOf(first));
    const missing = await this.repository.missing(due);
    for (const day of missing) {
      const from = new Date(`${day}T00:00:00Z`);
      const range = { from, until: new Date(from.getTime() + dayMs) };
      // Plans have no days: the latest report tells how they stand.
      const isLatest = day === missing.at(-1);
      await this.compare(range, day, isLatest ? () => this.plans.mend() : undefined);
    }
    this.differences.set(await this.repository.openDifferences());
    await this.compareProviderCosts();
  }

  /** Bills come later than the days they are of: each report tells how all of them stand when it is made. */
  private async compareProviderCosts(): Promise<void> {
    const found = (await this.providerCosts.differences(new Date())).map(
      ({ day, provider, model, state, differences }): Difference => ({
        objectId: `${day} ${provider} ${model}`,
        kind: 'provider_cost',
        detail: `${state}: ${differences.join('; ')}`,
      }),
    );
    this.providerDifferences.set(found.length);
    if (!(await this.repository.report(found))) return;
    for (const difference of found.slice(0, reconciliationBounds.examples)) {
      this.logger.error({ ...difference }, "a provider's bill is not what was used");
    }
  }

  /** Undefined where another process compares this day. */
  private async compare(
    range: Range,
    day: string | null,
    more: () => Promise<Difference[]> = () => Promise.resolve([]),
  ): Promise<Reconciliation | undefined> {
    const id = randomUUID();
    if (!(await this.repository.begin(id, range, day))) return undefined;
    try {
      const movements = await this.see(id, range);
      const suspects = await this.repository.suspects(id, range);
      const found: Difference[] = await this.unbalanced();
      for (const suspect of suspects) found.push(...(await this.lookInto(suspect)));
      found.push(...(await more()));
      const checked = movements + (await this.repository.paymentsIn(range));
      const differences = [
        ...new Map(found.map((one) => [`${one.kind} ${one.objectId}`, one])).values(),
      ];
      await this.repository.end(id, checked, differences);
      for (const difference of differences.slice(0, reconciliationBounds.examples)) {
        this.logger.error({ ...difference, day }, 'the ledger and Stripe differ');
      }
      return { checked, differences };
    } catch (error) {
      await this.repository.abandon(id).catch(() => undefined);
      throw error;
    }
  }

  private async see(id: string, range: Range): Promise<number> {
    let batch: Movement[] = [];
    let seen = 0;
    for await (const movement of this.movements.between(range.from, range.until)) {
      batch.push(movement);
      seen += 1;
      if (batch.length < reconciliationBounds.batch) continue;
      await this.repository.see(id, batch);
      batch = [];
    }
    if (batch.length > 0) await this.repository.see(id, batch);
    return seen;
  }

  private async unbalanced(): Promise<Difference[]> {
    const rows = await this.repository.unbalanced();
    return rows.map(({ intentId, stripeCents, bookedNanoUsd }) => ({
      objectId: intentId,
      kind: 'other_amount' as const,
      detail: `its steps are ${stripeCents} cents, the ledger has ${bookedNanoUsd} nano-USD`,
    }));
  }

  private async lookInto({ sourceId, intentId, movementId }: Suspect): Promise<Difference[]> {
    const intent =
      intentId ?? (movementId === null ? undefined : await this.movements.intentOf(movementId));
    if (intent === undefined) {
      const detail = 'money moved without a payment of ours';
      return [{ objectId: sourceId, kind: 'not_ours', detail }];
    }
    const facts = await this.stripe.payment(intent);
    if (facts === undefined) {
      const detail = 'it is booked as paid, and Stripe knows of no such payment';
      return intentId === null ? [] : [{ objectId: intent, kind: 'not_at_stripe', detail }];
    }
    const pending = await this.payments.pending(facts);
    return pending.map((detail) => ({ objectId: intent, kind: 'not_booked', detail }));
  }
}
