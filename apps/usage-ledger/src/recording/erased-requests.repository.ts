import { uuidOf } from '@modelbridge/contracts';
import { noAccount, nobody, type Pseudonym } from '@modelbridge/erasure';
import type { Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

const noHash = `\\x${'0'.repeat(64)}`;

// The bounds leave out the other months, which an array alone does not.
const among = 'request_id = any($1) and request_id between $2 and $3';

/** Requests that are recorded, of people who are erased: as `keptOf` says what is kept. */
@Injectable()
export class ErasedRequestsRepository {
  /** Of a person's own account, at most so many; how many. */
  async strip(tx: Tx, accountId: string, most: number): Promise<number> {
    const ids = await this.newest(tx, 'account_id = $1', [uuidOf('account', accountId)], most);
    if (ids.length === 0) return 0;
    return tx.execute(
      `update usage_request set account_id = $4, user_id = $5, key_id = $6, key_hash = $7,
         allowance_id = null, started_at = 'epoch', completed_at = 'epoch', model = '', provider = null,
         region = null, status = 0, outcome = 'completed', finish_reason = null, error_class = null,
         streamed = false, estimated = false, input_tokens = 0, cache_read_tokens = 0,
         cache_write_5m_tokens = 0, cache_write_1h_tokens = 0, output_tokens = 0, reasoning_tokens = 0,
         price_version = '', time_to_first_token_ms = null, tags = null
       where ${among}`,
      [
        ids,
        ids.at(-1),
        ids[0],
        uuidOf('account', noAccount),
        uuidOf('user', nobody.userId),
        uuidOf('key', nobody.keyId),
        noHash,
      ],
    );
  }

  /** Of a person in a team, at most so many; how many. */
  async standIn(
    tx: Tx,
    { accountId, userId }: { accountId: string; userId: string },
    pseudonym: Pseudonym,
    most: number,
  ): Promise<number> {
    const ids = await this.newest(
      tx,
      'account_id = $1 and user_id = $2 and team_id is not null',
      [uuidOf('account', accountId), uuidOf('user', userId)],
      most,
    );
    if (ids.length === 0) return 0;
    return tx.execute(
      `update usage_request set user_id = $4, key_id = $5, key_hash = $6, allowance_id = null
       where ${among}`,
      [
        ids,
        ids.at(-1),
        ids[0],
        uuidOf('user', pseudonym.userId),
        uuidOf('key', pseudonym.keyId),
        noHash,
      ],
    );
  }

  private async newest(
    tx: Tx,
    condition: string,
    parameters: string[],
    most: number,
  ): Promise<string[]> {
    const rows = await tx.query<{ request_id: string }>(
      `select request_id from usage_request where ${condition} order by request_id desc limit ${most}`,
      parameters,
    );
    return rows.map((row) => row.request_id);
  }

  /** Records in quarantine lose all but their cost and place; how many. */
  stripQuarantined(tx: Tx, userId: string): Promise<number> {
    return tx.execute(
      `update quarantined_record set record = json_build_object('costNanoUsd', record ->> 'costNanoUsd')
       where record ->> 'userId' = $1`,
      [userId],
    );
  }
}
