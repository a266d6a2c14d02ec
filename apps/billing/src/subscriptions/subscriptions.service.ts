import { isId, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable } from '@nestjs/common';
import { AccountPlansService, type AccountPlan } from '../account-plans/account-plans.service.js';
import type { Stage } from '../account-plans/following.js';
import { SubscribedPlans } from '../account-plans/subscribed-plans.service.js';
import { BillingError } from '../book/billing-error.js';
import { Closures } from '../closures/closures.service.js';
import { CustomersService } from '../customers/customers.service.js';
import type { NewNotice } from '../notices/notice.js';
import { Notices } from '../notices/notices.service.js';
import { compareSize, hasPeriods, type PlanVersion } from '../plans/plan.js';
import { PlanVersions } from '../plans/plan-versions.service.js';
import { nanoUsdOf } from '../stripe/cents.js';
import { StripeRefusal } from '../stripe/client.js';
import { StripeSubscriptions, type PriceChange } from '../stripe/stripe-subscriptions.service.js';
import type { FailedInvoice, SubscriptionFacts } from '../stripe/subscription-facts.js';
import { SecondSubscriptions } from './second-subscriptions.service.js';
import type { Subscription } from './subscription.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

/** How a subscription stood when Stripe was asked. */
export interface SubscriptionReading {
  /** Larger than that of any reading that began before. */
  number: bigint;
  /** Undefined: Stripe has none. */
  facts: SubscriptionFacts | undefined;
}

/** What a change of plan costs at once, and when it takes effect. */
export interface ChangePreview {
  dueCents: number;
  /** Undefined: at once, when it is paid. */
  effectiveAt: Date | undefined;
}

/** Plans that are paid by the month at Stripe. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly database: Database,
    private readonly repository: SubscriptionsRepository,
    private readonly accountPlans: AccountPlansService,
    private readonly subscribed: SubscribedPlans,
    private readonly plans: PlanVersions,
    private readonly customers: CustomersService,
    private readonly stripe: StripeSubscriptions,
    private readonly notices: Notices,
    private readonly closures: Closures,
    private readonly seconds: SecondSubscriptions,
    private readonly logger: Logger,
  ) {}

  /** A page on which a person subscribes to a plan. */
  async checkout(accountId: string, planName: string, idempotencyKey: string) {
    const plan = await this.sold(planName);
    if ((await this.repository.running(accountId)) !== undefined) {
      throw new BillingError(
        'failed_precondition',
        'this account has a subscription: change its plan',
        'account_id',
      );
    }
    return this.stripe.openCheckout({
      accountId,
      customerId: await this.customers.payerOf(accountId),
      priceId: await this.priceOf(plan),
      idempotencyKey: `plan:${accountId}:${idempotencyKey}`,
    });
  }

  /** Changes the plan of a subscription: at once to a larger one, once it is paid; to a smaller one at its period's end. */
  async change(accountId: string, planName: string): Promise<AccountPlan> {
    await this.closures.requireOpen(accountId);
    const { running, target, size } = await this.wanted(accountId, planName);
    const { subscriptionId, itemId } = running;
    try {
      if (!hasPeriods(target)) await this.stripe.cancelAtEnd(subscriptionId, true);
      else {
        if (running.cancelsAtEnd) await this.stripe.cancelAtEnd(subscriptionId, false);
        const change = { subscriptionId, itemId, priceId: await this.priceOf(target) };
        if (size > 0) await this.raise(change);
        else if (change.priceId !== running.priceId) await this.stripe.setNextPrice(change);
      }
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      throw new BillingError(
        'failed_precondition',
        `Stripe could not charge the card (${error.code}): see to it on the billing page`,
        'plan',
      );
    }
    const reading = await this.read(subscriptionId);
    await this.database.transaction((tx) => this.settle(tx, reading));
    return this.accountPlans.find(accountId);
  }

  async preview(accountId: string, planName: string): Promise<ChangePreview> {
    const { running, target, size } = await this.wanted(accountId, planName);
    if (!hasPeriods(target) || size <= 0) return { dueCents: 0, effectiveAt: running.endsAt };
    const { subscriptionId, itemId } = running;
    const change = { subscriptionId, itemId, priceId: await this.priceOf(target) };
    return { dueCents: await this.stripe.previewRaise(change), effectiveAt: undefined };
  }

  async portal(accountId: string): Promise<string> {
    return this.stripe.openPortal(await this.customers.payerOf(accountId));
  }

  /**
   * Asks Stripe, outside of any transaction. One that was bought beside another, on two pages at the same time, is ended
   * first: an account has one.
   */
  async read(subscriptionId: string): Promise<SubscriptionReading> {
    const reading = await this.ask(subscriptionId);
    return (await this.endsSecond(reading)) ? this.ask(subscriptionId) : reading;
  }

  private async endsSecond({ number, facts }: SubscriptionReading): Promise<boolean> {
    const { accountId = '', subscriptionId = '', hasEnded = true } = facts ?? {};
    if (hasEnded || !isId('account', accountId)) return false;
    const account = uuidOf('account', accountId);
    const running = await this.repository.running(account);
    if (running === undefined || running.subscriptionId === subscriptionId) return false;
    const first = await this.ask(running.subscriptionId);
    if (first.facts?.hasEnded !== false) {
      // Its end was not heard of yet.
      await this.database.transaction((tx) => this.settle(tx, first));
      return false;
    }
    await this.seconds.found(account, subscriptionId, number);
    await this.stripe.cancelNow(subscriptionId);
    return true;
  }

  private async ask(subscriptionId: string): Promise<SubscriptionReading> {
    const number = await this.repository.nextReading();
    return { number, facts: await this.stripe.find(subscriptionId) };
  }

  /**
   * Brings the plan of an account to its subscription. Nothing of a subscription says which of two states is the newer,
   * so readings are numbered before Stripe is asked: one that began later has seen whatever an earlier one was to tell,
   * and stays.
   */
  async settle(tx: Tx, { number, facts }: SubscriptionReading): Promise<void> {
    if (facts === undefined) return;
    await this.repository.lock(tx, facts.subscriptionId);
    const accountId = await this.accountOf(tx, facts);
    const key = await this.repository.planOf(tx, facts.priceId);
    const plan = key && (await this.plans.of(key));
    if (accountId === undefined || plan === undefined) {
      this.logger.error(
        { subscriptionId: facts.subscriptionId },
        'a subscription is of no account or plan of ours',
      );
      return;
    }
    const wasOver = await this.repository.hasEnded(tx, facts.subscriptionId);
    const wasStarted = await this.repository.save(tx, accountId, facts, number);
    if (wasOver) return;
    const isClosed = await this.closures.isClosed(accountId, tx);
    if (isClosed && !facts.hasEnded) return this.closures.close(tx, accountId);
    // One that nobody has paid for yet has no say, and neither has the end of one beside another.
    if (!wasStarted) return;
    const { subscriptionId } = facts;
    if (!facts.hasEnded) await this.seconds.isOnlyOne(tx, subscriptionId, number);
    if (facts.hasEnded && (await this.repository.paysAnother(tx, accountId, subscriptionId)))
      return;
    // What was paid for a closed account is given back.
    const stages = isClosed ? [] : await this.stagesOf(tx, facts);
    await this.subscribed.follow(tx, accountId, { ...facts, plan, stages });
    const { failedInvoice } = facts;
    if (failedInvoice !== undefined && !facts.hasEnded) {
      const notice = failedRenewal(accountId, plan.name, failedInvoice);
      await this.notices.add(tx, notice);
    }
  }

  private async stagesOf(tx: Tx, { stages }: SubscriptionFacts): Promise<Stage[]> {
    const paid: Stage[] = [];
    for (const { priceId, from } of stages) {
      const key = await this.repository.planOf(tx, priceId);
      const plan = key && (await this.plans.of(key));
      if (plan !== undefined) paid.push({ plan, from });
    }
    return paid;
  }

  private async raise(change: PriceChange): Promise<void> {
    switch (await this.stripe.raise(change)) {
      case 'raised':
        return;
      case 'declined':
        throw notPaid(
          'the card was declined, and nothing was charged: see to it on the billing page',
        );
      case 'needs_action':
        throw notPaid(
          'the bank wants you to approve the payment: open the invoice on the billing page within 23 hours',
        );
    }
  }

  private async wanted(accountId: string, planName: string) {
    const running = await this.repository.running(accountId);
    if (running === undefined) {
      throw new BillingError(
        'failed_precondition',
        'this account has no subscription: subscribe to a plan first',
        'account_id',
      );
    }
    const target = await this.accountPlans.named(planName);
    const { plan } = await this.accountPlans.find(accountId);
    if (target === undefined || target.monthlyPriceCents === null) throw notSold();
    return { running, target, size: plan === undefined ? 1 : compareSize(target, plan) } satisfies {
      running: Subscription;
      target: PlanVersion;
      size: number;
    };
  }

  private async sold(planName: string): Promise<PlanVersion> {
    const plan = await this.accountPlans.named(planName);
    if (plan === undefined || !plan.monthlyPriceCents) throw notSold();
    return plan;
  }

  private async priceOf(plan: PlanVersion): Promise<string> {
    const known = await this.repository.priceOf(plan);
    if (known !== undefined) return known;
    const priceId = await this.stripe.price({
      lookupKey: `plan_${plan.name}_v${plan.version}`,
      name: `ModelBridge ${plan.name.charAt(0).toUpperCase()}${plan.name.slice(1)}`,
      amountCents: plan.monthlyPriceCents ?? 0,
    });
    await this.repository.keepPrice(plan, priceId);
    return priceId;
  }

  private async accountOf(
    tx: Tx,
    { accountId = '', customerId = '' }: SubscriptionFacts,
  ): Promise<string | undefined> {
    const ofCustomer = await this.customers.accountOf(tx, customerId);
    return isId('account', accountId) && uuidOf('account', accountId) === ofCustomer
      ? ofCustomer
      : undefined;
  }
}

function notSold(): BillingError {
  return new BillingError(
    'invalid_argument',
    'plan must be one that is paid by the month: talk to us about others',
    'plan',
  );
}

function notPaid(problem: string): BillingError {
  return new BillingError('failed_precondition', `the plan stays as it is: ${problem}`, 'plan');
}

/** Told once for each invoice, however often Stripe tries to collect it. */
function failedRenewal(accountId: string, plan: string, failed: FailedInvoice): NewNotice {
  const { id, amountCents, code } = failed;
  const facts = { amount_nano_usd: nanoUsdOf(amountCents).toString(), reason: code, plan };
  return { accountId, kind: 'payment_failed', cause: id, facts };
}
