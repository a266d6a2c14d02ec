import { Injectable } from '@nestjs/common';
import { ClosedBalancesRepository, type ClosedBalance } from './closed-balances.repository.js';

const listed = 100;

/** Money of accounts that are gone: somebody has to give it back, or to keep it on purpose. */
@Injectable()
export class ClosedBalances {
  constructor(private readonly repository: ClosedBalancesRepository) {}

  /** In the order of the accounts' ids (UUIDs), from the one after `after` on; null: from the first. */
  async page(after: string | null): Promise<{ accounts: ClosedBalance[]; hasMore: boolean }> {
    const found = await this.repository.list(after, listed + 1);
    return { accounts: found.slice(0, listed), hasMore: found.length > listed };
  }
}
