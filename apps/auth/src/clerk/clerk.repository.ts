import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { clerkBounds } from './bounds.js';

@Injectable()
export class ClerkRepository {
  constructor(private readonly database: Database) {}

  /** Notes a delivery; false where it was noted before. Two at once: the second waits for the first. */
  async isFirst(tx: Tx, svixId: string): Promise<boolean> {
    await tx.execute(
      `delete from clerk_delivery where received_at < now() - $1 * interval '1 day'`,
      [clerkBounds.deliveryDays],
    );
    const noted = await tx.execute(
      'insert into clerk_delivery (svix_id) values ($1) on conflict do nothing',
      [svixId],
    );
    return noted === 1;
  }

  async endSession(tx: Tx, sessionId: string): Promise<void> {
    await tx.execute('delete from ended_session where expires_at < now()');
    await tx.execute(
      `insert into ended_session (session_id, expires_at)
       values ($1, now() + $2 * interval '1 hour') on conflict do nothing`,
      [sessionId, clerkBounds.endedSessionHours],
    );
  }

  async hasEnded(sessionId: string): Promise<boolean> {
    const found = await this.database.query('select from ended_session where session_id = $1', [
      sessionId,
    ]);
    return found.length > 0;
  }
}
