import { uuidOf } from '@modelbridge/contracts';
import type { RequestRecord } from '@modelbridge/contracts/events';
import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { ArrivedRecord, QuarantinedRecord } from './recording.js';

/** A new record and its place in the ledger. */
export interface NewRecord {
  readonly arrived: ArrivedRecord;
  readonly ledgerSequence: bigint;
}

type Column = readonly [name: string, type: string, value: (row: NewRecord) => unknown];

const field =
  (name: keyof RequestRecord) =>
  ({ arrived }: NewRecord): unknown =>
    arrived.record[name];

const columns: readonly Column[] = [
  ['request_id', 'uuid', ({ arrived }) => arrived.requestUuid],
  ['ledger_sequence', 'int8', ({ ledgerSequence }) => ledgerSequence],
  ['gateway_epoch', 'uuid', ({ arrived }) => arrived.gatewayEpoch],
  ['sequence', 'int8', field('sequence')],
  ['body_hash', 'bytea', ({ arrived }) => `\\x${arrived.bodyHash}`],
  [
    'allowance_id',
    'uuid',
    ({ arrived: { record } }) => record.allowanceId && uuidOf('allowance', record.allowanceId),
  ],
  ['started_at', 'timestamptz', field('startedAt')],
  ['completed_at', 'timestamptz', field('completedAt')],
  ['account_id', 'uuid', ({ arrived: { record } }) => uuidOf('account', record.accountId)],
  ['user_id', 'uuid', ({ arrived: { record } }) => uuidOf('user', record.userId)],
  ['team_id', 'uuid', ({ arrived: { record } }) => record.teamId && uuidOf('team', record.teamId)],
  ['key_id', 'uuid', ({ arrived: { record } }) => uuidOf('key', record.keyId)],
  ['key_hash', 'bytea', ({ arrived: { record } }) => `\\x${record.keyHash}`],
  ['model', 'text', field('model')],
  ['provider', 'text', field('provider')],
  ['region', 'text', field('region')],
  ['api', 'text', field('api')],
  ['status', 'int2', field('status')],
  ['outcome', 'text', field('outcome')],
  ['finish_reason', 'text', field('finishReason')],
  ['error_class', 'text', field('errorClass')],
  ['streamed', 'bool', field('streamed')],
  ['estimated', 'bool', field('estimated')],
  ['input_tokens', 'int8', field('inputTokens')],
  ['cache_read_tokens', 'int8', field('cacheReadTokens')],
  ['cache_write_5m_tokens', 'int8', field('cacheWrite5mTokens')],
  ['cache_write_1h_tokens', 'int8', field('cacheWrite1hTokens')],
  ['output_tokens', 'int8', field('outputTokens')],
  ['reasoning_tokens', 'int8', field('reasoningTokens')],
  ['cost_nano_usd', 'int8', field('costNanoUsd')],
  ['price_version', 'text', field('priceVersion')],
  ['time_to_first_token_ms', 'int8', field('timeToFirstTokenMs')],
  ['tags', 'jsonb', ({ arrived: { record } }) => record.tags && JSON.stringify(record.tags)],
];

const insertSql = `insert into usage_request (${columns.map(([name]) => name).join(', ')})
  select * from unnest(${columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')})`;

@Injectable()
export class RecordingRepository {
  /** The newest ledger sequence, locked until the transaction ends: recording happens one by one. */
  async lockHead(tx: Tx): Promise<bigint> {
    const [head] = await tx.query<{ ledger_sequence: bigint }>(
      'select ledger_sequence from ledger_head for update',
    );
    if (head === undefined) throw new Error('ledger_head has no row');
    return head.ledger_sequence;
  }

  async moveHead(tx: Tx, ledgerSequence: bigint): Promise<void> {
    await tx.execute('update ledger_head set ledger_sequence = $1', [ledgerSequence]);
  }

  /** Body hash (hex) by request UUID, of those that are recorded. */
  async bodyHashes(tx: Tx, requestUuids: string[]): Promise<Map<string, string>> {
    const ascending = [...requestUuids].sort();
    // The bounds leave out the other months, which an array alone does not.
    const rows = await tx.query<{ request_id: string; body_hash: Buffer }>(
      `select request_id, body_hash from usage_request
       where request_id = any($1) and request_id between $2 and $3`,
      [ascending, ascending.at(0), ascending.at(-1)],
    );
    return new Map(rows.map((row) => [row.request_id, row.body_hash.toString('hex')]));
  }

  /** The primary key is the last guard: an id that is there already fails the transaction. */
  async insert(tx: Tx, rows: readonly NewRecord[]): Promise<void> {
    await tx.execute(
      insertSql,
      columns.map(([, , value]) => rows.map((row) => value(row) ?? null)),
    );
  }

  /** Puts records aside; how many of them were not there yet. */
  quarantine(tx: Tx, records: readonly QuarantinedRecord[]): Promise<number> {
    return tx.execute(
      `insert into quarantined_record
         (request_id, body_hash, gateway_epoch, sequence, reason, record)
       select * from unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::int8[], $5::text[], $6::json[])
       on conflict do nothing`,
      [
        records.map(({ arrived }) => arrived.requestUuid),
        records.map(({ arrived }) => `\\x${arrived.bodyHash}`),
        records.map(({ arrived }) => arrived.gatewayEpoch),
        records.map(({ arrived }) => arrived.record.sequence),
        records.map(({ reason }) => reason),
        records.map(({ arrived }) => JSON.stringify(arrived.record)),
      ],
    );
  }
}
