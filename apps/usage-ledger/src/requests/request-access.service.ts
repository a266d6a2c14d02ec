import { AccountAccess } from '@modelbridge/access';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import type { RequestScope } from './page.js';

/** The one way from a person to single requests. A caller that acts for itself (no actor) is not held up. */
@Injectable()
export class RequestAccess {
  constructor(private readonly accounts: AccountAccess) {}

  /** The part of a scope that the actor may see: single requests are nobody's but their author's, in a team too. */
  async scope<S extends Omit<RequestScope, 'filter'>>(
    method: 'listRequests' | 'exportUsage',
    actor: string | undefined,
    scope: S,
  ): Promise<S> {
    if (actor === undefined) return scope;
    if (scope.accountId === undefined) {
      throw new RpcError('invalid_argument', 'account_id is required of a person', {
        field: 'account_id',
      });
    }
    const { reach } = await this.accounts.account(method, actor, scope.accountId);
    return reach === 'own' ? { ...scope, memberId: actor } : scope;
  }
}
