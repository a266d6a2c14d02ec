import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Held, Whose } from '../contents/held.js';
import { amongOf, type SupportGrant } from './support-grant.js';

const columns = `id, user_id as "userUuid", account_id as "accountUuid", request_ids as "requestUuids",
  first_request_id as "firstRequestUuid", last_request_id as "lastRequestUuid", created_at as "createdAt",
  expires_at as "expiresAt", withdrawn_at as "withdrawnAt"`;

interface Row {
  id: string;
  userUuid: string;
  accountUuid: string | null;
  requestUuids: string[] | null;
  firstRequestUuid: string | null;
  lastRequestUuid: string | null;
  createdAt: Date;
  expiresAt: Date;
  withdrawnAt: Date | null;
}

@Injectable()
export class SupportGrantsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, grant: SupportGrant): Promise<void> {
    const { requestUuids, span } = amongOf(grant.scope);
    await tx.execute(
      `insert into support_grant (id, user_id, account_id, request_ids, first_request_id, last_request_id,
         created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        uuidOf('supportGrant', grant.grantId),
        uuidOf('user', grant.userId),
        grant.accountId === undefined ? null : uuidOf('account', grant.accountId),
        requestUuids ?? null,
        span?.firstRequestUuid ?? null,
        span?.lastRequestUuid ?? null,
        grant.createdAt,
        grant.expiresAt,
      ],
    );
  }

  async find(grantId: string): Promise<SupportGrant | undefined> {
    const [row] = await this.database.query<Row>(
      `select ${columns} from support_grant where id = $1`,
      [uuidOf('supportGrant', grantId)],
    );
    return row && grantOf(row);
  }

  /** Newest first. */
  async list({ userId, accountId }: Whose, most: number): Promise<SupportGrant[]> {
    const rows = await this.database.query<Row>(
      `select ${columns} from support_grant
       where user_id = $1 and ($2::uuid is null or account_id = $2) order by id desc limit $3`,
      [uuidOf('user', userId), accountId === undefined ? null : uuidOf('account', accountId), most],
    );
    return rows.map(grantOf);
  }

  async countOpen(tx: Tx, userId: string, now: Date): Promise<number> {
    const [row] = await tx.query<{ open: number }>(
      `select count(*)::int as open from support_grant
       where user_id = $1 and withdrawn_at is null and expires_at > $2`,
      [uuidOf('user', userId), now],
    );
    return row?.open ?? 0;
  }

  /** One that is open and lets this content be read. */
  async covering(
    { userId, accountId, requestId }: Held,
    now: Date,
  ): Promise<SupportGrant | undefined> {
    const [row] = await this.database.query<Row>(
      `select ${columns} from support_grant
       where user_id = $1 and (account_id is null or account_id = $2)
         and ($3 = any(request_ids) or $3 between first_request_id and last_request_id)
         and withdrawn_at is null and expires_at > $4
       order by id desc limit 1`,
      [uuidOf('user', userId), uuidOf('account', accountId), uuidOf('request', requestId), now],
    );
    return row && grantOf(row);
  }

  /** False where it was withdrawn before. */
  async withdraw(tx: Tx, grantId: string, at: Date): Promise<boolean> {
    const withdrawn = await tx.execute(
      'update support_grant set withdrawn_at = $2 where id = $1 and withdrawn_at is null',
      [uuidOf('supportGrant', grantId), at],
    );
    return withdrawn > 0;
  }

  async removeOf(tx: Tx, userId: string): Promise<number> {
    return tx.execute('delete from support_grant where user_id = $1', [uuidOf('user', userId)]);
  }
}

function grantOf(row: Row): SupportGrant {
  const { requestUuids, firstRequestUuid, lastRequestUuid } = row;
  return {
    grantId: idFromUuid('supportGrant', row.id),
    userId: idFromUuid('user', row.userUuid),
    ...(row.accountUuid !== null && { accountId: idFromUuid('account', row.accountUuid) }),
    scope:
      firstRequestUuid === null || lastRequestUuid === null
        ? { requestIds: (requestUuids ?? []).map((uuid) => idFromUuid('request', uuid)) }
        : { span: { firstRequestUuid, lastRequestUuid } },
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    ...(row.withdrawnAt !== null && { withdrawnAt: row.withdrawnAt }),
  };
}
