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
    const sessionIds = await this.clerk.activeSessions(clerkUserId);
    await this.database.transaction(async (tx) => {
      for (const sessionId of sessionIds) await this.repository.endSession(tx, sessionId);
    });
    for (const sessionId of sessionIds) await this.clerk.revokeSession(sessionId);
    return sessionIds.length;
  }
}
