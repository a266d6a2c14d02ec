import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { KeyChangesService } from '../keys/key-changes.service.js';
import { UsersService } from '../users/users.service.js';

/** Stops all processing for a person, as they asked, and lets it go on. */
@Injectable()
export class RestrictionsService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly keys: KeyChangesService,
  ) {}

  /** Since when it stands. Gateways ask anew about every key of theirs, and are told that none works. */
  restrict(userId: string): Promise<Date> {
    return this.database.transaction(async (tx) => {
      const { since, isNew } = await this.users.restrict(tx, userId);
      if (isNew) await this.keys.haveAskedAnew(tx, userId);
      return since;
    });
  }

  lift(userId: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      if (await this.users.unrestrict(tx, userId)) await this.keys.haveAskedAnew(tx, userId);
    });
  }
}
