import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { BillingError } from '../book/billing-error.js';
import { CustomersService } from '../customers/customers.service.js';
import { Notices } from '../notices/notices.service.js';
import { nanoUsdOf } from '../stripe/cents.js';
import { StripeService, type CheckoutSession } from '../stripe/stripe.service.js';
import { topUpBounds } from './bounds.js';
import { payableCents } from './top-up.js';
import { TopUpsRepository } from './top-ups.repository.js';

export interface TopUp {
  accountId: string;
  amountNanoUsd: bigint;
  /** The card may be charged later without its holder, who agrees to it on Stripe's page. */
  savesCard: boolean;
  idempotencyKey: string;
}

/** Pages of Stripe's on which people pay money in. */
@Injectable()
export class TopUpsService {
  constructor(
    private readonly repository: TopUpsRepository,
    private readonly customers: CustomersService,
    private readonly stripe: StripeService,
    private readonly notices: Notices,
  ) {}

  /** The same idempotency key with the same values answers with the same page, for a day. */
  async open({ accountId, amountNanoUsd, savesCard, idempotencyKey }: TopUp) {
    const amountCents = payableCents(amountNanoUsd);
    if ((await this.repository.countOpen(accountId)) >= topUpBounds.open) {
      throw new BillingError(
        'resource_exhausted',
        `the account has ${topUpBounds.open} open payment pages: use one of them, or wait until they expire after a day`,
        'account_id',
      );
    }
    const session = await this.stripe.openTopUp({
      accountId,
      customerId: await this.customers.payerOf(accountId),
      amountCents,
      savesCard,
      idempotencyKey: `top_up:${accountId}:${idempotencyKey}`,
    });
    await this.repository.add(accountId, amountNanoUsd, session);
    return session;
  }

  /**
   * Keeps how a page has ended, in the transaction of the caller; nothing for one that is open or no page of ours. A card
   * that is declined on the page is told there; a payment that fails after the page is over is told by a notice.
   */
  async end(tx: Tx, session: CheckoutSession): Promise<void> {
    if (session.state === 'open') return;
    const accountId = await this.repository.end(tx, session);
    const { failure, sessionId: cause } = session;
    if (failure === undefined || accountId === undefined) return;
    const amount_nano_usd = nanoUsdOf(failure.amountCents).toString();
    const facts = { amount_nano_usd, reason: failure.code };
    await this.notices.add(tx, { accountId, kind: 'payment_failed', cause, facts });
  }
}
