import { Injectable } from '@nestjs/common';
import { BillingError } from '../book/billing-error.js';
import { paymentBounds } from './bounds.js';
import {
  PaymentsRepository,
  type HistoryEntry,
  type UnassignedPayment,
} from './payments.repository.js';

/** What was paid into accounts and went back. */
@Injectable()
export class PaymentHistory {
  constructor(private readonly repository: PaymentsRepository) {}

  /** The newest first, from the one after the transaction `before` on (empty: from the newest). */
  async page(
    accountId: string,
    before: string,
    limit: number,
  ): Promise<{ entries: HistoryEntry[]; hasMore: boolean }> {
    if (!(await this.repository.hasAccount(accountId))) {
      throw new BillingError('not_found', 'there is no such account', 'account_id');
    }
    const entries = await this.repository.history(accountId, before || undefined, limit + 1);
    return { entries: entries.slice(0, limit), hasMore: entries.length > limit };
  }

  /** Payments of nobody here that somebody has to refund, or to find the owner of, the newest first. */
  unassigned(): Promise<UnassignedPayment[]> {
    return this.repository.unassigned(paymentBounds.unassignedPage);
  }
}
