import { uuidOf } from '@modelbridge/contracts';
import type Stripe from 'stripe';
import { RechargesService } from '../../../apps/billing/src/auto-recharge/recharges.service.js';
import type { Owner } from '../../../apps/billing/src/testing/samples.js';
import type { Random } from '../../../tools/soak/src/random.js';
import { usd, type PaymentStack } from '../payments/payment-stack.js';

/** An account and what happens to its money at Stripe, by one seed. */
export class PaymentHistory {
  private readonly intents: string[] = [];
  private readonly refunds: string[] = [];
  private readonly disputes: string[] = [];
  private steps = 0;

  constructor(
    private readonly stack: PaymentStack,
    private readonly stripe: Stripe,
    readonly owner: Owner,
    private readonly random: Random,
  ) {}

  async go(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      const act = this.random.oneOf([
        ...[this.pay, this.refundHere, this.refundThere, this.failRefund],
        ...[this.dispute, this.decide, this.recharge],
      ]);
      // What makes no sense now is refused, here or at Stripe, as it would be there.
      await act.call(this).catch(() => undefined);
      this.steps += 1;
    }
  }

  async pay(): Promise<void> {
    const dollars = BigInt(this.random.between(5, 50));
    this.intents.push(await this.stack.pay(this.owner, dollars, { saveCard: true }));
  }

  private async refundHere(): Promise<void> {
    await this.stack.client.refundPayment({
      paymentIntentId: this.random.oneOf(this.intents),
      amountNanoUsd: BigInt(this.random.between(1, 1_500)) * (usd / 100n),
      idempotencyKey: `${this.owner.accountId}:${this.steps}`,
    });
  }

  private async refundThere(): Promise<void> {
    const { id } = await this.stripe.refunds.create({
      payment_intent: this.random.oneOf(this.intents),
      amount: this.random.between(1, 1_500),
    });
    this.refunds.push(id);
  }

  private async failRefund(): Promise<void> {
    await this.stack.stripe('POST', `refunds/${this.random.oneOf(this.refunds)}/fail`, {});
  }

  private async dispute(): Promise<void> {
    const amount = this.random.between(100, 2_000);
    const path = `charges/${this.random.oneOf(this.intents)}/dispute`;
    this.disputes.push((await this.stack.stripe('POST', path, { amount })).id);
  }

  private async decide(): Promise<void> {
    const outcome = this.random.oneOf(['won', 'lost']);
    await this.stack.stripe('POST', `disputes/${this.random.oneOf(this.disputes)}/close`, {
      outcome,
    });
  }

  /** The card is charged once where what has come by now tells of one, and of an account that is not frozen. */
  private async recharge(): Promise<void> {
    const recharge = {
      ...{ accountId: this.owner.accountId, belowNanoUsd: 5_000n * usd },
      ...{ amountNanoUsd: 10n * usd, dailyCapNanoUsd: 10_000n * usd },
    };
    await this.stack.client.setAutoRecharge({ ...recharge, enabled: true });
    await this.stack.billing.part(RechargesService).run();
    await this.stack.client.setAutoRecharge({ ...recharge, enabled: false });
  }

  /** Cents as Stripe's own books have them: what was paid less what went back, and what is disputed now. */
  async plain(): Promise<{ net: number; disputed: number }> {
    const [row] = await this.stack.billing.database.query<{ id: string }>(
      'SELECT customer_id AS id FROM stripe_customer WHERE account_id = $1',
      [uuidOf('account', this.owner.accountId)],
    );
    let [net, disputed] = [0, 0];
    for await (const intent of this.stripe.paymentIntents.list({ customer: row?.id ?? '' })) {
      const query = { payment_intent: intent.id };
      net += intent.amount_received;
      for await (const { amount, status } of this.stripe.refunds.list(query)) {
        net -= status === 'failed' || status === 'canceled' ? 0 : amount;
      }
      for await (const { amount, status } of this.stripe.disputes.list(query)) {
        net -= status === 'won' ? 0 : amount;
        disputed += status === 'won' || status === 'lost' ? 0 : amount;
      }
    }
    return { net, disputed };
  }

  /** The same as billing's ledger has them. */
  async booked(): Promise<{ net: number; disputed: number }> {
    const [row] = await this.stack.billing.database.query<{ net: number; disputed: number }>(
      `SELECT coalesce(sum(credits_nano_usd - debits_nano_usd) FILTER (WHERE kind <> 'disputed'), 0)::float8 / 1e7 AS net,
              coalesce(sum(credits_nano_usd - debits_nano_usd) FILTER (WHERE kind = 'disputed'), 0)::float8 / 1e7 AS disputed
       FROM ledger_account WHERE account_id = $1`,
      [uuidOf('account', this.owner.accountId)],
    );
    return row ?? { net: NaN, disputed: NaN };
  }
}
