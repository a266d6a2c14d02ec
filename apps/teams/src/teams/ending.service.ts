import { authMembershipEnded, teamsMemberRemoved } from '@modelbridge/contracts/events';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AuditService } from '../audit/audit.service.js';
import { MembersRepository } from './members.repository.js';
import type { Member, Team } from './team.js';

type EndReason = z.output<typeof teamsMemberRemoved.schema>['reason'];
type EndedMembership = z.output<typeof authMembershipEnded.schema>;

/** The end of a membership: auth is told until the keys that were made under it open nothing. */
@Injectable()
export class EndingService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly members: MembersRepository,
    private readonly audit: AuditService,
  ) {}

  /** `actor`: who ended it; undefined where the account of the member is closed. */
  async end(
    tx: Tx,
    { teamId, accountId }: Team,
    member: Member,
    { reason, actor }: { reason: EndReason; actor?: string },
  ): Promise<void> {
    const { userId, membershipId } = member;
    await this.members.remove(tx, teamId, userId);
    await this.outbox.add(
      tx,
      teamsMemberRemoved,
      { teamId, userId, membershipId, reason },
      { id: membershipId, awaitConfirmation: true },
    );
    const details = { reason };
    await this.audit.record(tx, {
      act: 'member.removed',
      accountId,
      teamId,
      userId,
      actor,
      details,
    });
  }

  /** auth has revoked the keys: it need not be told again. */
  async ended({ membershipId }: EndedMembership): Promise<void> {
    await this.database.transaction((tx) => this.outbox.confirm(tx, [membershipId]));
  }
}
