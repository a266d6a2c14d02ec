import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { KeyChangesService } from '../keys/key-changes.service.js';
import { MirrorService } from '../users/mirror.service.js';
import type { User } from '../users/user.js';
import { UsersService } from '../users/users.service.js';

/** What follows where a person was deleted at Clerk. */
@Injectable()
export class DeparturesService {
  constructor(
    private readonly mirror: MirrorService,
    private readonly users: UsersService,
    private readonly keys: KeyChangesService,
  ) {}

  /** Revokes their keys and closes their account for good; once. */
  async depart(tx: Tx, clerkUserId: string): Promise<void> {
    const user = await this.mirror.bury(tx, clerkUserId);
    if (user !== undefined) await this.end(tx, user);
  }

  /** The same of an open account that is closed here. */
  async close(tx: Tx, user: User): Promise<void> {
    const { clerkUserId } = user;
    if (clerkUserId === undefined) await this.end(tx, user);
    else await this.depart(tx, clerkUserId);
  }

  private async end(tx: Tx, user: User): Promise<void> {
    await this.keys.revokeAllOf(tx, user.userId);
    await this.users.close(tx, user);
  }
}
