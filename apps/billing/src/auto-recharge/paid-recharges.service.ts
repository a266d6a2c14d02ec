import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { PaymentFacts } from '../stripe/payment-facts.js';
import { AutoRechargeRepository } from './auto-recharge.repository.js';

/** What a payment that is booked says of its account's card and recharge, in the transaction that books it. */
@Injectable()
export class PaidRecharges {
  constructor(private readonly repository: AutoRechargeRepository) {}

  async take(tx: Tx, accountId: string, facts: PaymentFacts): Promise<void> {
    const { savedCard, rechargeId, intentId, paidAt } = facts;
    const isNewCard =
      savedCard !== undefined && (await this.repository.saveCard(tx, accountId, savedCard, paidAt));
    const isPaid =
      rechargeId !== undefined && (await this.repository.pay(tx, rechargeId, intentId));
    if (!isPaid && !isNewCard) return;
    // A card that pays, and a new one, begin a new row of failures. What is told again of an older one does not.
    const settings = await this.repository.find(tx, accountId);
    if (settings === undefined || settings.failures === 0) return;
    await this.repository.save(tx, accountId, { ...settings, failures: 0, notBefore: new Date(0) });
  }
}
