import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { DeparturesService } from '../clerk/departures.service.js';
import { SessionEnds } from '../clerk/session-ends.service.js';
import { KeyChangesService } from '../keys/key-changes.service.js';
import { UsersService } from '../users/users.service.js';
import type { ErasureReference } from './erasure.js';

/** What an erasure does to an account before it is erased. */
@Injectable()
export class HoldingService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly keys: KeyChangesService,
    private readonly sessions: SessionEnds,
    private readonly departures: DeparturesService,
    private readonly audit: AuditService,
  ) {}

  /** Destroys keys and ends sessions, and has no key made. What Clerk cannot be told of now is done when it is called again. */
  async hold({
    userId,
    erasureId,
  }: ErasureReference): Promise<{ keysDestroyed: number; sessionsEnded: number }> {
    const { clerkUserId, keysDestroyed } = await this.database.transaction(async (tx) => {
      const user = await this.users.hold(tx, userId, erasureId);
      await this.audit.record(tx, {
        act: 'erasure.confirmed',
        accountId: user.accountId,
        objectIds: [userId, erasureId],
        idempotencyKey: `${erasureId}:confirmed`,
      });
      const destroyed = await this.keys.revokeAllOf(tx, userId);
      return { clerkUserId: user.clerkUserId, keysDestroyed: destroyed };
    });
    const sessionsEnded = clerkUserId === undefined ? 0 : await this.sessions.endAllOf(clerkUserId);
    return { keysDestroyed, sessionsEnded };
  }

  async lift({ userId, erasureId }: ErasureReference): Promise<void> {
    await this.database.transaction(async (tx) => {
      const user = await this.users.lift(tx, userId, erasureId);
      if (user === undefined) return;
      await this.audit.record(tx, {
        act: 'erasure.cancelled',
        accountId: user.accountId,
        objectIds: [userId, erasureId],
        idempotencyKey: `${erasureId}:cancelled`,
      });
    });
  }

  /** For good, as if they had been deleted at Clerk; that they are is told as it would be then. */
  async close({ userId }: ErasureReference): Promise<void> {
    await this.database.transaction(async (tx) => {
      const user = await this.users.findOpen(tx, userId);
      if (user !== undefined) await this.departures.close(tx, user);
    });
  }
}
