import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { ChosenPurpose } from '../choices/choice.js';
import { ChoicesService } from '../choices/choices.service.js';
import { UsersService } from '../users/users.service.js';
import { consentsOf, type Consent, type ConsentPurpose } from './consent.js';

@Injectable()
export class ConsentsService {
  constructor(
    private readonly users: UsersService,
    private readonly choices: ChoicesService,
    private readonly audit: AuditService,
  ) {}

  /** For whoever makes the call; that staff looked is logged. */
  async list(userId: string): Promise<Consent[]> {
    const user = await this.users.get(userId);
    await this.audit.staffLooked({ accountId: user.accountId, objectIds: [userId] });
    return consentsOf(user, await this.choices.newest(userId));
  }

  async set(userId: string, purpose: ConsentPurpose, given: boolean): Promise<Consent> {
    if (purpose === 'terms') throw termsAreTheAccounts(given);
    await this.users.decide(userId, { purpose, given });
    const consents = consentsOf(await this.users.get(userId), await this.choices.newest(userId));
    const consent = consents.find((one) => one.purpose === purpose);
    if (consent === undefined) throw new Error('a purpose has no consent');
    return consent;
  }

  /** Whose requests may not be counted for a purpose, by pages of their ids. */
  async objectors(
    purpose: ChosenPurpose,
    limit: number,
    after?: string,
  ): Promise<{ userIds: string[]; nextCursor: string }> {
    const lists = await Promise.all([
      this.choices.against(purpose, limit + 1, after),
      this.users.restricted(limit + 1, after),
    ]);
    const all = [...new Set(lists.flat())].sort();
    const userIds = all.slice(0, limit);
    return { userIds, nextCursor: all.length > limit ? (userIds.at(-1) ?? '') : '' };
  }
}

function termsAreTheAccounts(given: boolean): RpcError {
  return given
    ? new RpcError(
        'failed_precondition',
        'purpose TERMS is given by RecordConsents, with the version that was shown',
        { field: 'purpose', details: { reason: 'has_a_version' } },
      )
    : new RpcError(
        'failed_precondition',
        'purpose TERMS cannot be withdrawn while there is an account: have the account deleted',
        { field: 'purpose', details: { reason: 'ends_with_account' } },
      );
}
