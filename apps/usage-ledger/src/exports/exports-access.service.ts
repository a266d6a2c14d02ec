import { AccountAccess } from '@modelbridge/access';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import type { ExportQuery } from './export-query.js';

/** The one way from a person to a file of requests. A caller that acts for itself (no actor) is not held up. */
@Injectable()
export class ExportsAccess {
  constructor(private readonly accounts: AccountAccess) {}

  /** The part of a query that the actor may see: single requests are nobody's but their author's, in a team too. */
  async query(actor: string | undefined, query: ExportQuery): Promise<ExportQuery> {
    if (actor === undefined) return query;
    if (query.accountId === undefined) {
      throw new RpcError('invalid_argument', 'account_id is required of a person', {
        field: 'account_id',
      });
    }
    const { reach } = await this.accounts.account('exportUsage', actor, query.accountId);
    return reach === 'own' ? { ...query, memberId: actor } : query;
  }
}
