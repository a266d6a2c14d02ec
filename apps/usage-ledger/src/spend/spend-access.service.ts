import { AccountAccess, requireSelf } from '@modelbridge/access';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import type { SpendQuery } from './spend.js';

/** The one way from a person to sums. A caller that acts for itself (no actor) is not held up. */
@Injectable()
export class SpendAccess {
  constructor(private readonly accounts: AccountAccess) {}

  /** The part of a query that the actor may see; without an account it is what they used themselves. */
  async query(actor: string | undefined, query: SpendQuery): Promise<SpendQuery> {
    if (actor === undefined) return query;
    const nobody = new RpcError('not_found', 'there is no such member', { field: 'user_id' });
    const { accountId, userId = actor } = query;
    if (accountId === undefined) {
      requireSelf('listSpend', actor, userId, nobody);
      return { ...query, userId };
    }
    const { reach } = await this.accounts.account('listSpend', actor, accountId);
    if (reach === 'all') return query;
    if (userId !== actor) throw nobody;
    return { ...query, userId };
  }
}
