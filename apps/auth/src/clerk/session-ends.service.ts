import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { ClerkRepository } from './clerk.repository.js';
import { ClerkService } from './clerk.service.js';

/** Ends sessions, here at once and at Clerk. */
@Injectable()
export class SessionEnds {
  constructor(
    private readonly database: Database,
    private readonly clerk: ClerkService,
    private readonly repository: ClerkRepository,
  ) {}

  /** How many were active. Their tokens are refused before Clerk is told. */
  async endAllOf(clerkUserId: string): Promise<number> {
    const sessionIds = (await this.clerk.activeSessions(clerkUserId)).map(({ id }) => id);
    await this.database.transaction(async (tx) => {
      for (const sessionId of sessionIds) await this.repository.endSession(tx, sessionId);
    });
    for (const sessionId of sessionIds) await this.clerk.revokeSession(sessionId);
    return sessionIds.length;
  }

  /** One that is not this person's is left alone. Throws `unavailable` where Clerk cannot be asked or told. */
  async end(sessionId: string, clerkUserId: string): Promise<void> {
    if (!(await this.clerk.isActive(sessionId, clerkUserId))) return;
    await this.database.transaction((tx) => this.repository.endSession(tx, sessionId));
    await this.clerk.revokeSession(sessionId);
  }
}
