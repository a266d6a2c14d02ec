import { AccountAccess } from '@modelbridge/access';
import type { Limit, SetLimitRequest } from '@modelbridge/contracts/billing.v1';
import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';

/** The one way from a person to limits. A caller that acts for itself (no actor) is not held up. */
@Injectable()
export class LimitAccess {
  constructor(private readonly accounts: AccountAccess) {}

  /** People limit what is spent; credit is given to them. */
  async set(actor: string | undefined, request: SetLimitRequest): Promise<void> {
    await this.accounts.account('setLimit', actor, request.accountId);
    const { scope, period } = request;
    if (actor !== undefined && scope === LimitScope.ACCOUNT && period === LimitPeriod.TOTAL) {
      throw new RpcError(
        'permission_denied',
        'a credit line is given by ModelBridge: set a limit by month instead',
        { field: 'period' },
      );
    }
  }

  /** Whoever leads sees every member's month, a member their own. */
  async members(
    actor: string | undefined,
    { accountId, userIds }: { accountId: string; userIds: readonly string[] },
  ): Promise<void> {
    const { reach } = await this.accounts.account('listMemberLimits', actor, accountId);
    if (reach === 'own' && userIds.some((userId) => userId !== actor)) {
      throw new RpcError('not_found', 'there is no such member', { field: 'user_ids' });
    }
  }

  /** What the actor may see of the limits that this member and key meet. */
  async shown(
    actor: string | undefined,
    { accountId, userId, keyId }: { accountId: string; userId: string; keyId: string },
  ): Promise<(limit: Limit) => boolean> {
    const { reach } = await this.accounts.account('getLimits', actor, accountId);
    if (reach === 'all') return () => true;
    if (userId !== actor) {
      throw new RpcError('not_found', 'there is no such member', { field: 'user_id' });
    }
    if (!(await this.accounts.seesKey(userId, keyId))) {
      throw new RpcError('not_found', 'no such key', { field: 'key_id' });
    }
    return ({ scope }) => scope !== LimitScope.ACCOUNT;
  }
}
