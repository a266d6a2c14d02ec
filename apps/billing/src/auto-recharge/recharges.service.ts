import { randomUUID } from 'node:crypto';
import { Database, isDatabaseUnavailable } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { RecallService } from '../allowances/recall.service.js';
import { isFrozen } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import { Clock } from '../book/clock.js';
import { dayOf } from '../book/counter.js';
import { CustomersService } from '../customers/customers.service.js';
import { Notices } from '../notices/notices.service.js';
import { PaymentsService } from '../payments/payments.service.js';
import { nanoUsdOf } from '../stripe/cents.js';
import { StripeCharges } from '../stripe/stripe-charges.service.js';
import { StripeService } from '../stripe/stripe.service.js';
import { afterFailure, isDue, type RechargeFailure } from './auto-recharge.js';
import { AutoRechargeRepository, type Recharge } from './auto-recharge.repository.js';
import { autoRechargeBounds } from './bounds.js';
import { PaidRecharges } from './paid-recharges.service.js';

const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * Charges saved cards where balances run low. An attempt is a row before Stripe is asked, one at a time for each
 * account, and Stripe is asked under its id until it answers: whoever dies meanwhile charges nobody twice.
 */
@Injectable()
export class RechargesService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly looks: KickedLoop;
  private readonly moved = new Set<string>();
  private timers: NodeJS.Timeout[] = [];
  private lookAtAll = true;
  private readonly ended;

  constructor(
    private readonly database: Database,
    private readonly books: AccountBooks,
    private readonly repository: AutoRechargeRepository,
    private readonly customers: CustomersService,
    private readonly payments: PaymentsService,
    private readonly paid: PaidRecharges,
    private readonly charges: StripeCharges,
    private readonly stripe: StripeService,
    private readonly clock: Clock,
    private readonly notices: Notices,
    private readonly logger: Logger,
    recalls: RecallService,
    metrics: Metrics,
  ) {
    this.ended = metrics.counter({
      name: 'modelbridge_recharges_total',
      help: 'Charges of saved cards, by how they ended',
      labelNames: ['outcome'],
    });
    this.looks = new KickedLoop(
      () => this.look(),
      (error) => logger.warn({ err: error }, 'balances that run low were not looked for'),
    );
    recalls.onMoved((accountId) => this.moved.add(accountId));
  }

  onApplicationBootstrap(): void {
    const { lookEveryMs, lookAtAllEveryMs } = autoRechargeBounds;
    this.timers = [
      setInterval(() => void this.looks.kick(), lookEveryMs),
      setInterval(() => void (this.lookAtAll = true), lookAtAllEveryMs),
    ];
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** Resolves when every account whose balance has run low was charged, and what waits for Stripe was tried again. */
  async run(): Promise<void> {
    this.lookAtAll = true;
    await this.looks.kick();
  }

  private async look(): Promise<void> {
    const { attemptMs, page } = autoRechargeBounds;
    for (const recharge of await this.repository.claimDue(page, attemptMs)) {
      await this.attempt(recharge, true);
    }
    if (!this.charges.chargesSavedCards) return;
    const accounts = this.lookAtAll ? undefined : [...this.moved];
    this.lookAtAll = false;
    this.moved.clear();
    if (accounts?.length === 0) return;
    try {
      await this.lookAt(accounts);
    } catch (error) {
      this.lookAtAll = true;
      throw error;
    }
  }

  private async lookAt(accounts: string[] | undefined): Promise<void> {
    for (let after = nobody; ;) {
      const now = this.clock.now();
      const low = await this.repository.below(accounts, now, after, autoRechargeBounds.page);
      for (const accountId of low) await this.recharge(accountId);
      const last = low.at(-1);
      if (last === undefined || low.length < autoRechargeBounds.page) return;
      after = last;
    }
  }

  private async recharge(accountId: string): Promise<void> {
    const started = await this.database.transaction(async (tx) => {
      const book = (await this.books.open(tx, [{ accountId }])).get(accountId);
      const settings = await this.repository.find(tx, accountId);
      const card = await this.repository.card(tx, accountId);
      if (book === undefined || settings === undefined || card === undefined) return undefined;
      const now = this.clock.now();
      const { cents, isUnderWay } = await this.repository.today(tx, accountId, dayOf(now));
      const standing = {
        balance: book.grants.reduce((sum, { remaining }) => sum + remaining, book.account.balance),
        isFrozen: isFrozen(book.account),
        chargedTodayCents: cents,
        isUnderWay,
      };
      if (!isDue(settings, standing, now)) return undefined;
      const { amountCents } = settings;
      const { paymentMethodId } = card;
      const recharge = { id: randomUUID(), accountId, amountCents, paymentMethodId };
      await this.repository.start(tx, recharge, dayOf(now), autoRechargeBounds.attemptMs);
      return { ...recharge, startedAt: now };
    });
    if (started !== undefined) await this.attempt(started, false);
  }

  /** Whatever became of an earlier attempt. Failures that may pass are logged: the attempt is due again. */
  private async attempt(recharge: Recharge, isRepeated: boolean): Promise<void> {
    try {
      const customerId = await this.customers.customerOf(recharge.accountId);
      const outcome =
        (isRepeated && (await this.found(recharge, customerId))) ||
        (await this.charges.charge({ ...recharge, customerId }));
      if ('intentId' in outcome) await this.settle(outcome.intentId);
      else await this.fail(recharge, outcome.failure, outcome.code);
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      this.logger.warn(
        { err: error, rechargeId: recharge.id },
        'it is not known yet whether a card was charged: it is asked again',
      );
    }
  }

  /** Stripe forgets that it was asked before; what it made of it stays listed. */
  private async found({ id, startedAt }: Recharge, customerId: string) {
    const ageMs = this.clock.now().getTime() - startedAt.getTime();
    if (ageMs < autoRechargeBounds.repeatableMs) return undefined;
    const intentId = await this.charges.chargeOf(customerId, id, startedAt);
    return intentId === undefined ? undefined : { intentId };
  }

  private async settle(intentId: string): Promise<void> {
    const facts = await this.stripe.payment(intentId);
    // Not paid yet: an event tells when it is.
    if (facts === undefined) return;
    await this.database.transaction(async (tx) => {
      const accountId = await this.payments.settle(tx, facts);
      if (accountId !== null) await this.paid.take(tx, accountId, facts);
    });
    this.ended.inc({ outcome: 'paid' });
  }

  private async fail(
    { id, accountId, amountCents }: Recharge,
    failure: RechargeFailure,
    code: string,
  ): Promise<void> {
    const isNew = await this.database.transaction(async (tx) => {
      await this.books.open(tx, [{ accountId }]);
      if (!(await this.repository.fail(tx, id, failure, code))) return false;
      const facts = { amount_nano_usd: nanoUsdOf(amountCents).toString(), reason: code };
      await this.notices.add(tx, { accountId, kind: 'auto_recharge_failed', cause: id, facts });
      const settings = await this.repository.find(tx, accountId);
      if (settings === undefined) return true;
      const { pausesMs } = autoRechargeBounds;
      const next = afterFailure(settings, failure, this.clock.now(), pausesMs);
      await this.repository.save(tx, accountId, { ...settings, ...next });
      return true;
    });
    if (!isNew) return;
    this.ended.inc({ outcome: failure });
    this.logger.warn({ rechargeId: id, failure, code }, 'a saved card was not charged');
  }
}
