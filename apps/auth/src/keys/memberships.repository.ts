import { uuidOf } from '@modelbridge/contracts';
import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

/** Memberships of teams that have ended: no key is made under them, however late it comes. */
@Injectable()
export class MembershipsRepository {
  /** For good. */
  async end(tx: Tx, membershipId: string): Promise<void> {
    await this.lock(tx, membershipId);
    await tx.execute(
      'insert into ended_membership (membership_id) values ($1) on conflict do nothing',
      [uuidOf('membership', membershipId)],
    );
  }

  /** False where it has ended; else it does not before the transaction ends. */
  async lockRunning(tx: Tx, membershipId: string): Promise<boolean> {
    await this.lock(tx, membershipId);
    const ended = await tx.query('select from ended_membership where membership_id = $1', [
      uuidOf('membership', membershipId),
    ]);
    return ended.length === 0;
  }

  private async lock(tx: Tx, membershipId: string): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [membershipId]);
  }
}
