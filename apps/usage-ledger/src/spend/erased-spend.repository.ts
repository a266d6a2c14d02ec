import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import type { Pseudonym } from '@modelbridge/erasure';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

const sums = [
  'requests',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_nano_usd',
];
const rollUps = [
  ['usage_hourly', 'hour'],
  ['usage_daily', 'day'],
] as const;

/** Sums of people who are erased. */
@Injectable()
export class ErasedSpendRepository {
  constructor(private readonly database: Database) {}

  /** The accounts that have paid for a person, and the keys with which they were used. */
  async usedBy(userId: string): Promise<{ accountIds: string[]; keyIds: string[] }> {
    const rows = await this.database.query<{ account_id: string; key_id: string }>(
      'select distinct account_id, key_id from usage_daily where user_id = $1',
      [uuidOf('user', userId)],
    );
    return {
      accountIds: [...new Set(rows.map((row) => idFromUuid('account', row.account_id)))],
      keyIds: [...new Set(rows.map((row) => idFromUuid('key', row.key_id)))],
    };
  }

  /** How many sums of hours and days there were. */
  async remove(tx: Tx, accountId: string): Promise<number> {
    let removed = 0;
    for (const [table] of rollUps) {
      removed += await tx.execute(`delete from ${table} where account_id = $1`, [
        uuidOf('account', accountId),
      ]);
    }
    return removed;
  }

  /** Sums of a person become those of who stands in, with one key; every sum over them stays what it was. How many. */
  async standIn(tx: Tx, userId: string, { userId: other, keyId }: Pseudonym): Promise<number> {
    let replaced = 0;
    for (const [table, period] of rollUps) {
      const gone = await tx.query<{ n: number }>(
        `with gone as (delete from ${table} where user_id = $1 returning *),
         added as (
           insert into ${table} as kept (account_id, ${period}, user_id, key_id, model, tags, ${sums.join(', ')})
           select account_id, ${period}, $2::uuid, $3::uuid, model, tags,
             ${sums.map((sum) => `sum(${sum})::int8`).join(', ')}
           from gone group by account_id, ${period}, model, tags
           on conflict (account_id, ${period}, user_id, key_id, model, tags) do update set
             ${sums.map((sum) => `${sum} = kept.${sum} + excluded.${sum}`).join(', ')})
         select count(*)::int as n from gone`,
        [uuidOf('user', userId), uuidOf('user', other), uuidOf('key', keyId)],
      );
      replaced += gone[0]?.n ?? 0;
    }
    return replaced;
  }
}
