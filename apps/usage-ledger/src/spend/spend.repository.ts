import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { groupColumns, mergeSql, rollUpTables, sums, type RollUp } from './roll-ups.repository.js';
import type { UsageSums } from './usage-sums.js';
import {
  isOfWholeDays,
  type Spend,
  type SpendExtent,
  type SpendGroup,
  type SpendQuery,
  type SpendScope,
} from './spend.js';

const groupColumn: Record<SpendGroup, string> = {
  none: `''`,
  model: 'model',
  key: 'key_id',
  user: 'user_id',
  tag: `coalesce(tags ->> $9, '')`,
};

const told = sums.filter(([column]) => column !== 'errors');

function addSql(rollUp: RollUp): string {
  const groups = groupColumns(rollUp);
  const keys = ['account_id', rollUp, 'user_id', 'key_id', ...groups];
  const columns = [...keys, ...sums.map(([column]) => column), 'first_tokens'];
  const types = [
    'uuid',
    'timestamptz',
    'uuid',
    'uuid',
    'text',
    ...(groups.includes('tags') ? ['jsonb'] : []),
  ];
  const arrays = [...types, ...sums.map(() => 'int8'), 'text'].map(
    (type, index) => `$${index + 1}::${type}[]`,
  );
  return `insert into ${rollUpTables[rollUp]} as kept (${columns.join(', ')})
    select ${columns.slice(0, -1).join(', ')}, first_tokens::int4[]
    from unnest(${arrays.join(', ')}) as more (${columns.join(', ')})
    on conflict (${keys.join(', ')}) do update set ${mergeSql}`;
}

@Injectable()
export class SpendRepository {
  constructor(private readonly database: Database) {}

  /** Adds sums of minutes, hours or days; one that stands already grows by them. */
  async add(tx: Tx, rollUp: RollUp, usage: readonly UsageSums[]): Promise<void> {
    if (usage.length === 0) return;
    await tx.execute(addSql(rollUp), [
      usage.map(({ accountId }) => uuidOf('account', accountId)),
      usage.map(({ startMs }) => new Date(startMs).toISOString()),
      usage.map(({ userId }) => uuidOf('user', userId)),
      usage.map(({ keyId }) => uuidOf('key', keyId)),
      usage.map(({ model }) => model),
      ...(groupColumns(rollUp).includes('tags') ? [usage.map(({ tags }) => tags)] : []),
      ...sums.map(([, field]) => usage.map((one) => one[field])),
      usage.map(({ firstTokens }) => firstTokens && `{${firstTokens.join(',')}}`),
    ]);
  }

  /** Whole days are looked at: what lies around a range within them is counted in. */
  async extent(scope: SpendScope, mostTags: number): Promise<SpendExtent> {
    const { accountId, keyId, memberId, from, to, models = [], keyIds = [], userIds = [] } = scope;
    const [found] = await this.database.query<SpendExtent>(
      `with days as (
         select requests, tags from usage_daily
         where ($1::uuid is null or account_id = $1)
           and ($2::uuid is null or key_id = $2)
           and ($3::uuid is null or user_id = $3)
           and ($4::timestamptz is null or day >= date_trunc('day', $4::timestamptz, 'UTC'))
           and ($5::timestamptz is null or day < $5)
           and (cardinality($7::text[]) = 0 or model = any($7))
           and (cardinality($8::uuid[]) = 0 or key_id = any($8))
           and (cardinality($9::uuid[]) = 0 or user_id = any($9))
       ), named as (
         select name from days, jsonb_object_keys(tags) as name
         group by name order by sum(requests) desc, name limit $6
       )
       select (select coalesce(sum(requests), 0)::int8 from days) as requests,
         array(select name from named order by name) as "tagNames"`,
      [
        accountId === undefined ? null : uuidOf('account', accountId),
        keyId === undefined ? null : uuidOf('key', keyId),
        memberId === undefined ? null : uuidOf('user', memberId),
        from ?? null,
        to ?? null,
        mostTags,
        models,
        keyIds.map((id) => uuidOf('key', id)),
        userIds.map((id) => uuidOf('user', id)),
      ],
    );
    return found ?? { requests: 0n, tagNames: [] };
  }

  /** At most `most` rows, oldest period first, dearest group first within it. */
  async list(query: SpendQuery, most: number): Promise<Spend[]> {
    const period = isOfWholeDays(query) ? 'day' : 'hour';
    const rows = await this.database.query<Omit<Spend, 'group'> & { group: string }>(
      `select date_trunc($1, ${period}, 'UTC') as "periodStart",
         ${groupColumn[query.groupBy]}::text as "group",
         ${told.map(([column, field]) => `sum(${column})::int8 as "${field}"`).join(', ')}
       from ${rollUpTables[period]}
       where ${period} >= $2 and ${period} < $3
         and ($4::uuid is null or account_id = $4)
         and ($5::uuid is null or key_id = $5)
         and ($6::uuid is null or user_id = $6)
         and tags @> $7
       group by 1, 2
       order by 1, sum(cost_nano_usd) desc, 2
       limit $8`,
      [
        query.granularity,
        query.from,
        query.to,
        query.accountId === undefined ? null : uuidOf('account', query.accountId),
        query.keyId === undefined ? null : uuidOf('key', query.keyId),
        query.userId === undefined ? null : uuidOf('user', query.userId),
        JSON.stringify(query.tags),
        most,
        ...(query.groupBy === 'tag' ? [query.tagName] : []),
      ],
    );
    const { groupBy } = query;
    if (groupBy !== 'key' && groupBy !== 'user') return rows;
    return rows.map((row) => ({ ...row, group: idFromUuid(groupBy, row.group) }));
  }
}
