import { AccountAccess } from '@modelbridge/access';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import type { RequestPage } from './page.js';

/** The one way from a person to requests. A caller that acts for itself (no actor) is not held up. */
@Injectable()
export class RequestAccess {
  constructor(private readonly accounts: AccountAccess) {}

  /** The part of a page that the actor may see. */
  async page(actor: string | undefined, page: RequestPage): Promise<RequestPage> {
    if (actor === undefined) return page;
    if (page.accountId === undefined) {
      throw new RpcError('invalid_argument', 'account_id is required of a person', {
        field: 'account_id',
      });
    }
    const { reach } = await this.accounts.account('listRequests', actor, page.accountId);
    return reach === 'own' ? { ...page, memberId: actor } : page;
  }
}
