import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import type { Pseudonym } from '@modelbridge/erasure';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import {
  groupColumns,
  mergeSql,
  rollUps,
  rollUpTables,
  sumOfFirstTokens,
  sums,
} from './roll-ups.repository.js';

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

  /** How many sums there were. */
  async remove(tx: Tx, accountId: string): Promise<number> {
    let removed = 0;
    for (const rollUp of rollUps) {
      removed += await tx.execute(`delete from ${rollUpTables[rollUp]} where account_id = $1`, [
        uuidOf('account', accountId),
      ]);
    }
    return removed;
  }

  /** Sums of a person become those of who stands in, with one key; every sum over them stays what it was. How many. */
  async standIn(tx: Tx, userId: string, { userId: other, keyId }: Pseudonym): Promise<number> {
    let replaced = 0;
    const columns = sums.map(([column]) => column);
    for (const rollUp of rollUps) {
      const table = rollUpTables[rollUp];
      const groups = groupColumns(rollUp).join(', ');
      const gone = await tx.query<{ n: number }>(
        `with gone as (delete from ${table} where user_id = $1 returning *),
         added as (
           insert into ${table} as kept
             (account_id, ${rollUp}, user_id, key_id, ${groups}, ${columns.join(', ')}, first_tokens)
           select account_id, ${rollUp}, $2::uuid, $3::uuid, ${groups},
             ${columns.map((column) => `sum(${column})::int8`).join(', ')}, ${sumOfFirstTokens('int4')}
           from gone group by account_id, ${rollUp}, ${groups}
           on conflict (account_id, ${rollUp}, user_id, key_id, ${groups}) do update set ${mergeSql})
         select count(*)::int as n from gone`,
        [uuidOf('user', userId), uuidOf('user', other), uuidOf('key', keyId)],
      );
      replaced += gone[0]?.n ?? 0;
    }
    return replaced;
  }
}
