import { uuidOf } from '@modelbridge/contracts';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { requestTimeBounds, smallestUuidAt } from './id-time.js';
import type { RecordedPage, RequestScope } from './page.js';
import { fromRow, type RequestRow } from './request-row.js';

/** SQL in which `?` stands for a value; left out where that is undefined. */
type Condition = readonly [sql: string, value: unknown];

/** As `isFailed` has it, and as the index `usage_request_failed` does. */
const failed = `(outcome <> 'caller_gone' and (status >= 400 or outcome <> 'completed'))`;

/** Request UUIDs between two that are not among them; undefined is no bound. */
export interface Stretch {
  below?: string;
  /** Inclusive. */
  from?: string;
}

@Injectable()
export class RequestsRepository {
  constructor(private readonly database: Database) {}

  /** The newest of a stretch that a scope and its filter let through, at most so many, newest first. */
  async newest(scope: RequestScope, stretch: Stretch, most: number): Promise<RecordedRequest[]> {
    const { where, given } = statement([...conditionsOf(scope), ...stretchOf(stretch)]);
    const rows = await this.database.query<RequestRow>(
      `select * from usage_request where ${where} order by request_id desc limit $${given.push(most)}`,
      given,
    );
    return rows.map(fromRow);
  }

  /**
   * The UUID of the `count`th request below one, of those that the index of a scope leads to; undefined where there are
   * fewer. No other request is looked at to find what the scope lets through of them.
   */
  async endOfStretch(
    scope: RequestScope,
    below: string | undefined,
    count: number,
  ): Promise<string | undefined> {
    const { where, given } = statement([...leadingOf(scope), ...stretchOf({ below })]);
    const [row] = await this.database.query<{ request_id: string }>(
      `select request_id from usage_request where ${where}
       order by request_id desc offset $${given.push(count - 1)} limit 1`,
      given,
    );
    return row?.request_id;
  }

  /** At most `limit` of them, from the oldest after `after` on. */
  async pageOldestFirst(
    scope: RequestScope,
    after: string | undefined,
    limit: number,
  ): Promise<RecordedRequest[]> {
    const { where, given } = statement([...conditionsOf(scope), ['request_id > ?', after]]);
    const rows = await this.database.query<RequestRow>(
      `select * from usage_request where ${where} order by request_id limit $${given.push(limit)}`,
      given,
    );
    return rows.map(fromRow);
  }

  async find(keyId: string, requestId: string): Promise<RecordedRequest | undefined> {
    const [row] = await this.database.query<RequestRow>(
      'select * from usage_request where request_id = $1 and key_id = $2',
      [uuidOf('request', requestId), uuidOf('key', keyId)],
    );
    return row && fromRow(row);
  }

  async listRecorded({ afterLedgerSequence, limit }: RecordedPage): Promise<RecordedRequest[]> {
    const rows = await this.database.query<RequestRow>(
      `select * from usage_request where ledger_sequence > $1
       order by ledger_sequence limit $2`,
      [afterLedgerSequence, limit],
    );
    return rows.map(fromRow);
  }

  async newestLedgerSequence(): Promise<bigint> {
    const [head] = await this.database.query<{ ledger_sequence: bigint }>(
      'select ledger_sequence from ledger_head',
    );
    if (head === undefined) throw new Error('ledger_head has no row');
    return head.ledger_sequence;
  }
}

function statement(conditions: readonly Condition[]): { where: string; given: unknown[] } {
  const given: unknown[] = [];
  const where = conditions.flatMap(([sql, value]) =>
    value === undefined ? [] : [sql.replace('?', () => `$${given.push(value)}`)],
  );
  return { where: where.join(' and '), given };
}

const when = (sql: string, holds: boolean): Condition[] => (holds ? [[sql, null]] : []);

/** One value is compared for itself: only then does an index have its requests in the order of their ids. */
function among(column: string, type: string, values: readonly unknown[]): Condition[] {
  if (values.length === 0) return [];
  return values.length === 1
    ? [[`${column} = ?`, values[0]]]
    : [[`${column} = any(?::${type}[])`, values]];
}

const uuids = (kind: 'key' | 'account' | 'user', ids: readonly (string | undefined)[]): string[] =>
  ids.flatMap((id) => (id === undefined ? [] : [uuidOf(kind, id)]));

const ofMember = (memberId: string | undefined): Condition[] => [
  ['team_id is not null and user_id = ?', uuids('user', [memberId])[0]],
];

const stretchOf = ({ below, from }: Stretch): Condition[] => [
  ['request_id < ?', below],
  ['request_id >= ?', from],
];

/** Bounds on the partition key let Postgres leave out whole months, and what an index has beyond them. */
function idBoundsOf({ filter, from, to }: RequestScope): Condition[] {
  const { mostDurationMs, mostAheadMs } = requestTimeBounds;
  const at = (time: Date | undefined, offsetMs: number): string | undefined =>
    time && smallestUuidAt(Math.max(time.getTime() + offsetMs, 0));
  return [
    // An id tells when its request began, unless the clock of its gateway was wrong.
    ['request_id >= ?', at(from, -mostDurationMs)],
    ['request_id < ?', at(to, mostAheadMs)],
    ['request_id >= ?', at(filter.startedFrom, -mostAheadMs)],
    ['request_id < ?', at(filter.startedTo, mostAheadMs)],
    ['request_id >= ?', filter.requestId?.first],
    ['request_id <= ?', filter.requestId?.last],
  ];
}

/** What the index that serves a scope best has in it, in the order of ids. */
function leadingOf(scope: RequestScope): Condition[] {
  const { accountId, keyId, memberId, filter } = scope;
  const bounds = idBoundsOf(scope);
  const [key, otherKey] = uuids('key', keyId === undefined ? filter.keyIds : [keyId]);
  if (key !== undefined && otherKey === undefined) return [['key_id = ?', key], ...bounds];
  const ofAccount = [...among('account_id', 'uuid', uuids('account', [accountId])), ...bounds];
  if (memberId !== undefined) return [...ofAccount, ...ofMember(memberId)];
  if (filter.models.length === 1) return [...ofAccount, ...among('model', 'text', filter.models)];
  return [...ofAccount, ...when(failed, filter.result === 'error')];
}

function conditionsOf(scope: RequestScope): Condition[] {
  const { accountId, keyId, memberId, from, to, filter } = scope;
  return [
    ...among('key_id', 'uuid', uuids('key', [keyId])),
    ...among('account_id', 'uuid', uuids('account', [accountId])),
    ...ofMember(memberId),
    ['completed_at >= ?', from],
    ['completed_at < ?', to],
    ...idBoundsOf(scope),
    ...among('model', 'text', filter.models),
    ...among('key_id', 'uuid', uuids('key', filter.keyIds)),
    ...among('user_id', 'uuid', uuids('user', filter.userIds)),
    ...among('outcome', 'text', filter.outcomes),
    ...among('status', 'int2', filter.statuses),
    ...among('api', 'text', filter.apis),
    ...among('region', 'text', filter.regions),
    ...when(failed, filter.result === 'error'),
    ...when(`not ${failed}`, filter.result === 'ok'),
    ['cost_nano_usd >= ?', filter.minCostNanoUsd],
    ['cost_nano_usd <= ?', filter.maxCostNanoUsd],
    ['started_at >= ?', filter.startedFrom],
    ['started_at < ?', filter.startedTo],
  ];
}
