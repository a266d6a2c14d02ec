import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Choice, ChosenPurpose } from './choice.js';

@Injectable()
export class ChoicesRepository {
  constructor(private readonly database: Database) {}

  /** The newest decision for each purpose that there is one for. */
  newest(userId: string, within: Tx | Database = this.database): Promise<Choice[]> {
    return within.query<Choice>(
      `select distinct on (purpose) purpose, given, source, decided_at as "decidedAt"
       from consent_choice where user_id = $1 order by purpose, id desc`,
      [uuidOf('user', userId)],
    );
  }

  removeOf(tx: Tx, userId: string): Promise<number> {
    return tx.execute('delete from consent_choice where user_id = $1', [uuidOf('user', userId)]);
  }

  async add(tx: Tx, userId: string, choice: Omit<Choice, 'decidedAt'>): Promise<void> {
    await tx.execute(
      'insert into consent_choice (user_id, purpose, given, source) values ($1, $2, $3, $4)',
      [uuidOf('user', userId), choice.purpose, choice.given, choice.source],
    );
  }

  /** Users whose newest decision is against a purpose, in the order of their ids. */
  async against(purpose: ChosenPurpose, limit: number, after?: string): Promise<string[]> {
    const rows = await this.database.query<{ userId: string }>(
      `select user_id as "userId" from (
         select distinct on (user_id) user_id, given from consent_choice
         where purpose = $1 and ($3::uuid is null or user_id > $3) order by user_id, id desc) newest
       where not given order by user_id limit $2`,
      [purpose, limit, after === undefined ? null : uuidOf('user', after)],
    );
    return rows.map(({ userId }) => idFromUuid('user', userId));
  }
}
