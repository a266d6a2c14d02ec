import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan } from 'typeorm';
import { KeyEntity } from './key.entity.js';
import type { Key, KeyPage } from './key.js';

@Injectable()
export class KeysRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, key: Omit<Key, 'createdAt' | 'revokedAt'>, keySha256: Buffer): Promise<Key> {
    const keys = tx.repository(KeyEntity);
    const entity = keys.create({
      id: uuidOf('key', key.keyId),
      publicId: key.publicId,
      keySha256,
      name: key.name,
      accountId: uuidOf('account', key.accountId),
      userId: uuidOf('user', key.userId),
      teamId: key.teamId === undefined ? null : uuidOf('team', key.teamId),
      membershipId: key.membershipId === undefined ? null : uuidOf('membership', key.membershipId),
      expiresAt: key.expiresAt ?? null,
    });
    await keys.insert(entity);
    return keyOf(entity);
  }

  /** A key that opens something at this moment. */
  async findActiveByDigest(keySha256: Uint8Array): Promise<Key | undefined> {
    const entity = await this.database
      .repository(KeyEntity)
      .createQueryBuilder('key')
      .where('key.keySha256 = :keySha256', { keySha256 })
      .andWhere('(key.expiresAt is null or key.expiresAt > now())')
      .getOne();
    return entity === null ? undefined : keyOf(entity);
  }

  async find(keyId: string, within: Tx | Database = this.database): Promise<Key | undefined> {
    const entity = await within.repository(KeyEntity).findOneBy({ id: uuidOf('key', keyId) });
    return entity === null ? undefined : keyOf(entity);
  }

  /** Destroys the digest. Undefined when the key is unknown or was revoked before. */
  async revoke(tx: Tx, keyId: string): Promise<Key | undefined> {
    const { affected } = await tx
      .repository(KeyEntity)
      .update(
        { id: uuidOf('key', keyId), revokedAt: IsNull() },
        { keySha256: null, revokedAt: () => 'now()' },
      );
    return affected === 0 ? undefined : this.find(keyId, tx);
  }

  /** Destroys the digests of all that a person has, or a membership; the keys that were not revoked before. */
  async revokeAllOf(tx: Tx, of: { userId: string } | { membershipId: string }): Promise<Key[]> {
    const keys = tx.repository(KeyEntity);
    const active = await keys.findBy({ ...ownedBy(of), revokedAt: IsNull() });
    if (active.length > 0) {
      await keys.update(
        { id: In(active.map(({ id }) => id)), revokedAt: IsNull() },
        { keySha256: null, revokedAt: () => 'now()' },
      );
    }
    return active.map(keyOf);
  }

  /** Newest first; at most one more than the page holds, to tell whether another follows. */
  async listByAccount({ accountId, userId, limit, cursor }: KeyPage): Promise<Key[]> {
    const entities = await this.database.repository(KeyEntity).find({
      where: {
        accountId: uuidOf('account', accountId),
        ...(userId !== undefined && { userId: uuidOf('user', userId) }),
        ...(cursor !== undefined && { id: LessThan(uuidOf('key', cursor)) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return entities.map(keyOf);
  }
}

function ownedBy(of: { userId: string } | { membershipId: string }) {
  return 'userId' in of
    ? { userId: uuidOf('user', of.userId) }
    : { membershipId: uuidOf('membership', of.membershipId) };
}

function keyOf(entity: KeyEntity): Key {
  return {
    keyId: idFromUuid('key', entity.id),
    publicId: entity.publicId,
    name: entity.name,
    accountId: idFromUuid('account', entity.accountId),
    userId: idFromUuid('user', entity.userId),
    teamId: entity.teamId === null ? undefined : idFromUuid('team', entity.teamId),
    createdAt: entity.createdAt,
    expiresAt: entity.expiresAt ?? undefined,
    revokedAt: entity.revokedAt ?? undefined,
  };
}
