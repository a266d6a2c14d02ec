import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { BillingError } from '../book/billing-error.js';
import { ClosuresRepository } from './closures.repository.js';

/** Which accounts are closed: nothing more is paid in, and what was to be paid at Stripe ends. */
@Injectable()
export class Closures {
  constructor(private readonly repository: ClosuresRepository) {}

  isClosed(accountId: string, tx?: Tx): Promise<boolean> {
    return this.repository.isClosed(accountId, tx);
  }

  /** Throws `failed_precondition` for a closed account. */
  async requireOpen(accountId: string, tx?: Tx): Promise<void> {
    if (!(await this.repository.isClosed(accountId, tx))) return;
    throw new BillingError(
      'failed_precondition',
      'this account is closed: nothing can be paid for it any more',
      'account_id',
    );
  }

  /** Closes an account, and has what runs at Stripe ended; once more for one that is closed. */
  close(tx: Tx, accountId: string): Promise<void> {
    return this.repository.close(tx, accountId);
  }
}
