import { authKeyChanged } from '@modelbridge/contracts/events';
import { Database } from '@modelbridge/service-kit/database';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import {
  TeamRestrictionsRepository,
  type TeamRestrictions,
} from './team-restrictions.repository.js';

/** What teams allow their keys, beside what each key is restricted to itself. */
@Injectable()
export class TeamRestrictionsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly repository: TeamRestrictionsRepository,
  ) {}

  /** Undefined where the team restricts nothing. */
  find(teamId: string): Promise<TeamRestrictions | undefined> {
    return this.repository.find(teamId);
  }

  /** An older change than the one that is known does nothing. Gateways ask anew about every key of the team. */
  change(teamId: string, restrictions: TeamRestrictions, changedAt: Date): Promise<void> {
    return this.database.transaction(async (tx) => {
      if (!(await this.repository.change(tx, teamId, restrictions, changedAt))) return;
      for (const keyId of await this.repository.keysOf(tx, teamId)) {
        await this.outbox.add(tx, authKeyChanged, { keyId }, { id: randomUUID() });
      }
    });
  }
}
