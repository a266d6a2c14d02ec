import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { BillingError } from '../book/billing-error.js';
import { StripeCustomers } from '../stripe/stripe-customers.service.js';
import { Closures } from '../closures/closures.service.js';
import { StripeService } from '../stripe/stripe.service.js';
import { CustomersRepository } from './customers.repository.js';

/** Who accounts are at Stripe. Nothing personal is told: Stripe's own pages ask for what they need. */
@Injectable()
export class CustomersService {
  constructor(
    private readonly repository: CustomersRepository,
    private readonly stripe: StripeService,
    private readonly stripeCustomers: StripeCustomers,
    private readonly closures: Closures,
  ) {}

  /** The account's customer, made at Stripe where it has none. Throws `not_found` for an unknown account,
   * `failed_precondition` for one that is erased. */
  async customerOf(accountId: string): Promise<string> {
    const account = await this.repository.customerOf(accountId);
    if (account === undefined) {
      throw new BillingError('not_found', 'there is no such account', 'account_id');
    }
    if (account.isErased) {
      throw new BillingError(
        'failed_precondition',
        'this account is erased: nothing can be paid for it',
        'account_id',
      );
    }
    return (
      account.customerId ??
      this.repository.keep(accountId, await this.stripe.createCustomer(accountId))
    );
  }

  /** Has Stripe delete the account's customer, where it has one. */
  async delete(accountId: string): Promise<void> {
    const account = await this.repository.customerOf(accountId);
    if (account === undefined || account.customerId === null || account.isDeleted) return;
    await this.stripeCustomers.delete(account.customerId);
    await this.repository.delete(account.customerId);
  }

  /** The same, of somebody who is about to pay. Throws `failed_precondition` for a closed account. */
  async payerOf(accountId: string): Promise<string> {
    await this.closures.requireOpen(accountId);
    return this.customerOf(accountId);
  }

  /** Undefined where the account has none, or is unknown. */
  async find(accountId: string): Promise<string | undefined> {
    return (await this.repository.customerOf(accountId))?.customerId ?? undefined;
  }

  /** Undefined for a customer that billing has not made. */
  accountOf(tx: Tx, customerId: string): Promise<string | undefined> {
    return this.repository.accountOf(tx, customerId);
  }
}
