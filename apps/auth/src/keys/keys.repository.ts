import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan } from 'typeorm';
import { KeyEntity } from './key.entity.js';
import type { Key, KeyChanges, KeyPage, Rotation } from './key.js';

/** What is kept of a key in clear. */
export interface KeySecret {
  publicId: string;
  keySha256: Buffer;
}

/** A key as one of its secrets finds it. */
export interface FoundKey {
  key: Key;
  /** Of the secret that it was found by. */
  publicId: string;
  /** Set for one that was rotated out. */
  secretExpiresAt?: Date;
}

const noPrevious = { previousPublicId: null, previousKeySha256: null, previousUntil: null };
const destroyed = {
  keySha256: null,
  ...noPrevious,
  revokedAt: () => 'now()',
};

@Injectable()
export class KeysRepository {
  constructor(private readonly database: Database) {}

  async insert(
    tx: Tx,
    key: Omit<Key, 'createdAt' | 'publicId'>,
    { publicId, keySha256 }: KeySecret,
  ): Promise<Key> {
    const keys = tx.repository(KeyEntity);
    const entity = keys.create({
      id: uuidOf('key', key.keyId),
      publicId,
      keySha256,
      name: key.name,
      nameKey: nameKey(key.name),
      accountId: uuidOf('account', key.accountId),
      userId: uuidOf('user', key.userId),
      teamId: key.teamId === undefined ? null : uuidOf('team', key.teamId),
      membershipId: key.membershipId === undefined ? null : uuidOf('membership', key.membershipId),
      scope: key.scope,
      isTest: key.isTest,
      ...key.restrictions,
      expiresAt: key.expiresAt ?? null,
    });
    await keys.insert(entity);
    return keyOf(entity);
  }

  /** How many keys a person has on an account, not counting revoked ones. */
  count(tx: Tx, { accountId, userId }: Pick<Key, 'accountId' | 'userId'>): Promise<number> {
    return tx.repository(KeyEntity).countBy(kept({ accountId, userId }));
  }

  /** The key of a person on an account that has this name, whatever the case. */
  async findNamesake(
    tx: Tx,
    { accountId, userId, name }: Pick<Key, 'accountId' | 'userId' | 'name'>,
  ): Promise<Key | undefined> {
    const named = { ...kept({ accountId, userId }), nameKey: nameKey(name) };
    const entity = await tx.repository(KeyEntity).findOneBy(named);
    return entity === null ? undefined : keyOf(entity);
  }

  /** By the digest of its secret, or of the one before while that still works. */
  async findByDigest(keySha256: Uint8Array): Promise<FoundKey | undefined> {
    const [own, previous] = ['keySha256', 'previousKeySha256'].map((column) =>
      this.database
        .repository(KeyEntity)
        .createQueryBuilder('key')
        .where(`key.${column} = :keySha256`, { keySha256 }),
    );
    const current = await own!.getOne();
    if (current !== null) return { key: keyOf(current), publicId: current.publicId };
    const rotated = await previous!.andWhere('key.previousUntil > now()').getOne();
    if (rotated === null) return undefined;
    return {
      key: keyOf(rotated),
      publicId: rotated.previousPublicId ?? rotated.publicId,
      secretExpiresAt: rotated.previousUntil ?? undefined,
    };
  }

  async findByPublicId(publicId: string): Promise<Key | undefined> {
    const entity = await this.database.repository(KeyEntity).findOneBy({ publicId });
    return entity === null ? undefined : keyOf(entity);
  }

  async find(keyId: string, within: Tx | Database = this.database): Promise<Key | undefined> {
    const entity = await within.repository(KeyEntity).findOneBy({ id: uuidOf('key', keyId) });
    return entity === null ? undefined : keyOf(entity);
  }

  /** The same, for nobody else to change until the transaction ends. */
  async lock(tx: Tx, keyId: string): Promise<Key | undefined> {
    const entity = await tx.repository(KeyEntity).findOne({
      where: { id: uuidOf('key', keyId) },
      lock: { mode: 'pessimistic_write' },
    });
    return entity === null ? undefined : keyOf(entity);
  }

  async change(tx: Tx, keyId: string, { name, expiresAt, restrictions }: KeyChanges) {
    const values = {
      ...(name !== undefined && { name, nameKey: nameKey(name) }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...restrictions,
    };
    if (Object.keys(values).length === 0) return;
    await tx.repository(KeyEntity).update({ id: uuidOf('key', keyId) }, values);
  }

  async setDisabled(tx: Tx, keyId: string, isDisabled: boolean): Promise<void> {
    await tx
      .repository(KeyEntity)
      .update(
        { id: uuidOf('key', keyId) },
        { disabledAt: isDisabled ? () => 'coalesce(disabled_at, now())' : null },
      );
  }

  /** The secret that it had works on for so long; the one before that one does not. */
  async rotate(
    tx: Tx,
    keyId: string,
    { publicId, keySha256 }: KeySecret,
    { graceSeconds, rotationId }: Rotation,
  ): Promise<void> {
    const previous =
      graceSeconds === 0
        ? noPrevious
        : {
            previousPublicId: () => 'public_id',
            previousKeySha256: () => 'key_sha256',
            previousUntil: () => `now() + interval '${graceSeconds} seconds'`,
          };
    await tx
      .repository(KeyEntity)
      .update(
        { id: uuidOf('key', keyId) },
        { publicId, keySha256, rotationId: rotationId ?? null, ...previous },
      );
  }

  isLastRotation(tx: Tx, keyId: string, rotationId: string): Promise<boolean> {
    return tx.repository(KeyEntity).existsBy({ id: uuidOf('key', keyId), rotationId });
  }

  async endPrevious(tx: Tx, keyId: string): Promise<void> {
    await tx.repository(KeyEntity).update({ id: uuidOf('key', keyId) }, noPrevious);
  }

  /** Destroys the digests. Undefined when the key is unknown or was revoked before. */
  async revoke(tx: Tx, keyId: string): Promise<Key | undefined> {
    const { affected } = await tx
      .repository(KeyEntity)
      .update({ id: uuidOf('key', keyId), revokedAt: IsNull() }, destroyed);
    return affected === 0 ? undefined : this.find(keyId, tx);
  }

  /** Destroys the digests of all that a person has, or a membership; the keys that were not revoked before. */
  async revokeAllOf(tx: Tx, of: { userId: string } | { membershipId: string }): Promise<Key[]> {
    const keys = tx.repository(KeyEntity);
    const active = await keys.findBy({ ...ownedBy(of), revokedAt: IsNull() });
    if (active.length > 0) {
      const those = { id: In(active.map(({ id }) => id)), revokedAt: IsNull() };
      await keys.update(those, destroyed);
    }
    return active.map(keyOf);
  }

  /** The keys of a person that are not revoked. */
  async activeOf(tx: Tx, userId: string): Promise<Key[]> {
    const active = { userId: uuidOf('user', userId), revokedAt: IsNull() };
    return (await tx.repository(KeyEntity).findBy(active)).map(keyOf);
  }

  /** Of every key of a person, revoked ones too. */
  async idsOf(tx: Tx, userId: string): Promise<string[]> {
    const keys = await tx
      .repository(KeyEntity)
      .find({ select: { id: true }, where: ownedBy({ userId }) });
    return keys.map(({ id }) => idFromUuid('key', id));
  }

  async remove(tx: Tx, keyIds: readonly string[]): Promise<void> {
    await tx.repository(KeyEntity).delete({ id: In(keyIds.map((id) => uuidOf('key', id))) });
  }

  /** Moves forward when keys were last used, by key id. */
  async markUsed(usedAt: ReadonlyMap<string, Date>): Promise<void> {
    await this.database.execute(
      `update api_key k set last_used_at = used.at
       from unnest($1::uuid[], $2::timestamptz[]) as used (id, at)
       where k.id = used.id and (k.last_used_at is null or k.last_used_at < used.at)`,
      [[...usedAt.keys()].map((keyId) => uuidOf('key', keyId)), [...usedAt.values()]],
    );
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

function kept({ accountId, userId }: Pick<Key, 'accountId' | 'userId'>) {
  return {
    accountId: uuidOf('account', accountId),
    userId: uuidOf('user', userId),
    revokedAt: IsNull(),
  };
}

function nameKey(name: string): string {
  return name.toLowerCase();
}

function keyOf(entity: KeyEntity): Key {
  const rotates = entity.previousUntil !== null && entity.previousUntil > new Date();
  return {
    keyId: idFromUuid('key', entity.id),
    publicId: entity.publicId,
    name: entity.name,
    accountId: idFromUuid('account', entity.accountId),
    userId: idFromUuid('user', entity.userId),
    teamId: entity.teamId === null ? undefined : idFromUuid('team', entity.teamId),
    membershipId:
      entity.membershipId === null ? undefined : idFromUuid('membership', entity.membershipId),
    scope: entity.scope,
    isTest: entity.isTest,
    restrictions: {
      allowedModels: entity.allowedModels,
      neverStoredOnly: entity.neverStoredOnly,
      allowedApis: entity.allowedApis,
      allowedAddresses: entity.allowedAddresses,
      requestsPerMinute: entity.requestsPerMinute,
      tokensPerMinute: entity.tokensPerMinute,
      concurrentRequests: entity.concurrentRequests,
    },
    createdAt: entity.createdAt,
    expiresAt: entity.expiresAt ?? undefined,
    disabledAt: entity.disabledAt ?? undefined,
    revokedAt: entity.revokedAt ?? undefined,
    lastUsedAt: entity.lastUsedAt ?? undefined,
    previousSecretUntil: rotates ? (entity.previousUntil ?? undefined) : undefined,
  };
}
