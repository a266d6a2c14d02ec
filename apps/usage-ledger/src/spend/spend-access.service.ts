import { AccountAccess, requireSelf } from '@modelbridge/access';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';

/** The one way from a person to sums. A caller that acts for itself (no actor) is not held up. */
@Injectable()
export class SpendAccess {
  constructor(private readonly accounts: AccountAccess) {}

  /** The part of a query that the actor may see; without an account it is what they used themselves. */
  async query<Q extends { accountId?: string; userId?: string }>(
    method: 'listSpend' | 'getUsageSeries',
    actor: string | undefined,
    query: Q,
  ): Promise<Q> {
    if (actor === undefined) return query;
    const nobody = new RpcError('not_found', 'there is no such member', { field: 'user_id' });
    const { accountId, userId = actor } = query;
    if (accountId === undefined) {
      requireSelf(method, actor, userId, nobody);
      return { ...query, userId };
    }
    const { reach } = await this.accounts.account(method, actor, accountId);
    if (reach === 'all') return query;
    if (userId !== actor) throw nobody;
    return { ...query, userId };
  }
}
