import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, databaseErrorCode, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Key, KeyPage } from './key.js';

interface KeyRow {
  id: string;
  public_id: string;
  name: string;
  account_id: string;
  user_id: string;
  team_id: string | null;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
}

const columns =
  'id, public_id, name, account_id, user_id, team_id, created_at, expires_at, revoked_at';
const foreignKeyViolation = '23503';

@Injectable()
export class KeysRepository {
  constructor(private readonly database: Database) {}

  /** Undefined when there is no such user. */
  async insert(
    key: Omit<Key, 'createdAt' | 'revokedAt'>,
    keySha256: Buffer,
  ): Promise<Key | undefined> {
    try {
      const [row] = await this.database.query<KeyRow>(
        `insert into api_key (id, public_id, key_sha256, name, account_id, user_id, team_id, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         returning ${columns}`,
        [
          uuidOf('key', key.keyId),
          key.publicId,
          keySha256,
          key.name,
          uuidOf('account', key.accountId),
          uuidOf('user', key.userId),
          key.teamId === undefined ? null : uuidOf('team', key.teamId),
          key.expiresAt ?? null,
        ],
      );
      return row && fromRow(row);
    } catch (error) {
      if (databaseErrorCode(error) === foreignKeyViolation) return undefined;
      throw error;
    }
  }

  /** A key that opens something at this moment. */
  async findActiveByDigest(keySha256: Uint8Array): Promise<Key | undefined> {
    const [row] = await this.database.query<KeyRow>(
      `select ${columns} from api_key
       where key_sha256 = $1 and (expires_at is null or expires_at > now())`,
      [keySha256],
    );
    return row && fromRow(row);
  }

  async find(keyId: string, within: Tx | Database = this.database): Promise<Key | undefined> {
    const [row] = await within.query<KeyRow>(`select ${columns} from api_key where id = $1`, [
      uuidOf('key', keyId),
    ]);
    return row && fromRow(row);
  }

  /** Destroys the digest. Undefined when the key is unknown or was revoked before. */
  async revoke(tx: Tx, keyId: string): Promise<Key | undefined> {
    const [row] = await tx.query<KeyRow>(
      `update api_key set key_sha256 = null, revoked_at = now()
       where id = $1 and revoked_at is null
       returning ${columns}`,
      [uuidOf('key', keyId)],
    );
    return row && fromRow(row);
  }

  /** Newest first; at most one more than the page holds, to tell whether another follows. */
  async listByAccount({ accountId, limit, cursor }: KeyPage): Promise<Key[]> {
    const rows = await this.database.query<KeyRow>(
      `select ${columns} from api_key
       where account_id = $1 and ($2::uuid is null or id < $2)
       order by id desc
       limit $3`,
      [
        uuidOf('account', accountId),
        cursor === undefined ? null : uuidOf('key', cursor),
        limit + 1,
      ],
    );
    return rows.map(fromRow);
  }
}

function fromRow(row: KeyRow): Key {
  return {
    keyId: idFromUuid('key', row.id),
    publicId: row.public_id,
    name: row.name,
    accountId: idFromUuid('account', row.account_id),
    userId: idFromUuid('user', row.user_id),
    teamId: row.team_id === null ? undefined : idFromUuid('team', row.team_id),
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}
