import { idFromUuid, inTagOrder, uuidOf, type Tags } from '@modelbridge/contracts';
import type { RecordedRequest, RequestOutcome } from '@modelbridge/contracts/events';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { requestTimeBounds, smallestUuidAt } from './id-time.js';
import type { RecordedPage, RequestPage, RequestScope } from './page.js';

interface RequestRow {
  request_id: string;
  ledger_sequence: bigint;
  gateway_epoch: string;
  sequence: bigint;
  allowance_id: string | null;
  started_at: Date;
  completed_at: Date;
  account_id: string;
  user_id: string;
  team_id: string | null;
  key_id: string;
  key_hash: Buffer;
  model: string;
  provider: string | null;
  region: string | null;
  api: RecordedRequest['api'];
  status: number;
  outcome: RequestOutcome;
  finish_reason: string | null;
  error_class: string | null;
  streamed: boolean;
  estimated: boolean;
  input_tokens: bigint;
  cache_read_tokens: bigint;
  cache_write_5m_tokens: bigint;
  cache_write_1h_tokens: bigint;
  output_tokens: bigint;
  reasoning_tokens: bigint;
  cost_nano_usd: bigint;
  price_version: string;
  time_to_first_token_ms: bigint | null;
  tags: Tags | null;
}

@Injectable()
export class RequestsRepository {
  constructor(private readonly database: Database) {}

  /** Newest first; at most one more than the page holds, to tell whether another follows. */
  async page({
    keyId,
    accountId,
    memberId,
    cursor,
    limit,
  }: RequestPage): Promise<RecordedRequest[]> {
    // The bound on the partition key lets Postgres leave out whole months; months are in the order
    // of the page, so it also stops at the first ones that fill it.
    const given: unknown[] = [limit + 1];
    const conditions = [
      ['key_id =', keyId && uuidOf('key', keyId)],
      ['account_id =', accountId && uuidOf('account', accountId)],
      ['request_id <', cursor],
      ['team_id is not null and user_id =', memberId && uuidOf('user', memberId)],
    ].flatMap(([condition, value]) =>
      value === undefined ? [] : [`${condition} $${given.push(value)}`],
    );
    const rows = await this.database.query<RequestRow>(
      `select * from usage_request where ${conditions.join(' and ')}
       order by request_id desc limit $1`,
      given,
    );
    return rows.map(fromRow);
  }

  /** At most `limit` of them, from the oldest after `after` on. */
  async pageOldestFirst(
    { accountId, keyId, memberId, from, to }: RequestScope,
    after: string | undefined,
    limit: number,
  ): Promise<RecordedRequest[]> {
    const given: unknown[] = [limit];
    const wanted: [string, string | Date | undefined][] = [
      ['key_id =', keyId && uuidOf('key', keyId)],
      ['account_id =', accountId && uuidOf('account', accountId)],
      ['team_id is not null and user_id =', memberId && uuidOf('user', memberId)],
      ['completed_at >=', from],
      ['completed_at <', to],
      // An id tells when its request began: whole months, and what the index has before the range, are left out.
      ['request_id >=', from && smallestUuidAt(from.getTime() - requestTimeBounds.mostDurationMs)],
      ['request_id <', to && smallestUuidAt(to.getTime() + requestTimeBounds.mostAheadMs)],
      ['request_id >', after],
    ];
    const conditions = wanted.flatMap(([condition, value]) =>
      value === undefined ? [] : [`${condition} $${given.push(value)}`],
    );
    const rows = await this.database.query<RequestRow>(
      `select * from usage_request where ${conditions.join(' and ')}
       order by request_id limit $1`,
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

function fromRow(row: RequestRow): RecordedRequest {
  return {
    requestId: idFromUuid('request', row.request_id),
    ledgerSequence: Number(row.ledger_sequence),
    gatewayEpoch: row.gateway_epoch,
    sequence: Number(row.sequence),
    allowanceId: row.allowance_id === null ? null : idFromUuid('allowance', row.allowance_id),
    startedAt: row.started_at.toISOString(),
    completedAt: row.completed_at.toISOString(),
    accountId: idFromUuid('account', row.account_id),
    userId: idFromUuid('user', row.user_id),
    teamId: row.team_id === null ? null : idFromUuid('team', row.team_id),
    keyId: idFromUuid('key', row.key_id),
    keyHash: row.key_hash.toString('hex'),
    model: row.model,
    provider: row.provider,
    region: row.region,
    api: row.api,
    status: row.status,
    outcome: row.outcome,
    finishReason: row.finish_reason,
    errorClass: row.error_class,
    streamed: row.streamed,
    estimated: row.estimated,
    inputTokens: Number(row.input_tokens),
    cacheReadTokens: Number(row.cache_read_tokens),
    cacheWrite5mTokens: Number(row.cache_write_5m_tokens),
    cacheWrite1hTokens: Number(row.cache_write_1h_tokens),
    outputTokens: Number(row.output_tokens),
    reasoningTokens: Number(row.reasoning_tokens),
    costNanoUsd: row.cost_nano_usd.toString(),
    priceVersion: row.price_version,
    timeToFirstTokenMs:
      row.time_to_first_token_ms === null ? null : Number(row.time_to_first_token_ms),
    ...(row.tags && { tags: inTagOrder(row.tags) }),
  };
}
