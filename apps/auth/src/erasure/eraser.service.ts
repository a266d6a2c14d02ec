import { Erasures, type ErasedPerson } from '@modelbridge/erasure';
import { Mails } from '@modelbridge/mail';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { ClerkService } from '../clerk/clerk.service.js';
import { ChoicesService } from '../choices/choices.service.js';
import { KeysService } from '../keys/keys.service.js';
import { WritesService } from '../management-writes/writes.service.js';
import { UsersService } from '../users/users.service.js';

/** Lets go of a person when every other service has: first at Clerk, then here. The audit log keeps ids. */
@Injectable()
export class EraserService implements OnModuleInit {
  constructor(
    private readonly erasures: Erasures,
    private readonly database: Database,
    private readonly clerk: ClerkService,
    private readonly users: UsersService,
    private readonly keys: KeysService,
    private readonly writes: WritesService,
    private readonly choices: ChoicesService,
    private readonly mails: Mails,
    private readonly audit: AuditService,
  ) {}

  onModuleInit(): void {
    this.erasures.by((person) => this.erase(person));
  }

  private async erase(person: ErasedPerson): Promise<void> {
    const { userId, accountId, erasureId } = person;
    const clerkUserId = await this.users.clerkIdOf(userId);
    // Until it is gone there, it is the row here that knows whom to delete.
    if (clerkUserId !== undefined) await this.clerk.deletePerson(clerkUserId);
    await this.database.transaction(async (tx) => {
      const keyIds = await this.keys.idsOf(tx, userId);
      await this.writes.removeOf(tx, keyIds);
      await this.keys.remove(tx, keyIds);
      const choices = await this.choices.removeOf(tx, userId);
      const mails = await this.mails.removeAbout(tx, [userId, ...keyIds]);
      const { people, consents } = await this.users.remove(tx, userId);
      if (people === 0) return;
      const atClerk = clerkUserId === undefined ? 0 : 1;
      const keys = keyIds.length;
      const counts = { people, consents, choices, keys, mails, people_at_clerk: atClerk };
      await this.erasures.count(tx, person, counts);
      await this.audit.record(tx, {
        act: 'erasure.completed',
        accountId,
        objectIds: [erasureId],
        idempotencyKey: `${erasureId}:completed`,
      });
    });
  }
}
