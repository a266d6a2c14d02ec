import { hash } from 'node:crypto';
import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, violatedConstraint, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, Not } from 'typeorm';
import { ConsentEntity } from './consent.entity.js';
import type { Consents } from './policy.js';
import { defaultPreferences, type Settings } from './settings.js';
import { emailTaken, UserEntity } from './user.entity.js';
import { emailKey, type Person, type User } from './user.js';

/** What is written of a new user; the rest has defaults. */
export type UserRow = Pick<
  User,
  'userId' | 'accountId' | 'email' | 'name' | 'plan' | 'clerkUserId'
> & {
  clerkUpdatedAt?: Date;
};

/** A user with what only the mirror of Clerk asks for. */
export interface MirroredUser {
  user: User;
  nameIsOwn: boolean;
  clerkUpdatedAt?: Date;
}

@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  /** Undefined when the address is taken. */
  async insert(tx: Tx, user: UserRow): Promise<User | undefined> {
    const users = tx.repository(UserEntity);
    const entity = users.create({
      id: uuidOf('user', user.userId),
      email: user.email,
      emailKey: emailKey(user.email),
      name: user.name,
      accountId: uuidOf('account', user.accountId),
      clerkUserId: user.clerkUserId ?? null,
      plan: user.plan,
      clerkUpdatedAt: user.clerkUpdatedAt ?? null,
    });
    try {
      await users.insert(entity);
    } catch (error) {
      if (violatedConstraint(error) === emailTaken) return undefined;
      throw error;
    }
    return userOf(entity);
  }

  async find(userId: string, within: Tx | Database = this.database): Promise<User | undefined> {
    const entity = await within.repository(UserEntity).findOneBy({ id: uuidOf('user', userId) });
    return entity === null ? undefined : this.withConsents(entity, within);
  }

  async names(userIds: readonly string[]): Promise<Pick<User, 'userId' | 'name' | 'email'>[]> {
    const entities = await this.database.repository(UserEntity).find({
      select: { id: true, name: true, email: true },
      where: { id: In(userIds.map((id) => uuidOf('user', id))), closedAt: IsNull() },
    });
    return entities.map(({ id, name, email }) => ({ userId: idFromUuid('user', id), name, email }));
  }

  /** An account that is not closed, and does not close before the transaction ends. */
  async lockOpen(tx: Tx, userId: string): Promise<User | undefined> {
    const entity = await tx.repository(UserEntity).findOne({
      where: { id: uuidOf('user', userId), closedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
    return entity === null ? undefined : this.withConsents(entity, tx);
  }

  async findByClerkId(clerkUserId: string): Promise<User | undefined> {
    const entity = await this.database.repository(UserEntity).findOneBy({ clerkUserId });
    return entity === null ? undefined : this.withConsents(entity, this.database);
  }

  /** Waits for other transactions about the same person; false where they were deleted at Clerk. */
  async lockPerson(tx: Tx, clerkUserId: string): Promise<boolean> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [clerkUserId]);
    const deleted = await tx.query('select from deleted_clerk_user where clerk_user_hash = $1', [
      hash('sha256', clerkUserId),
    ]);
    return deleted.length === 0;
  }

  /** Nothing revives them from here on. */
  async buryPerson(tx: Tx, clerkUserId: string): Promise<void> {
    await tx.execute(
      'insert into deleted_clerk_user (clerk_user_hash) values ($1) on conflict do nothing',
      [hash('sha256', clerkUserId)],
    );
  }

  async lockMirrored(
    tx: Tx,
    where: { clerkUserId: string } | { emailKey: string },
  ): Promise<MirroredUser | undefined> {
    const entity = await tx
      .repository(UserEntity)
      .findOne({ where, lock: { mode: 'pessimistic_write' } });
    if (entity === null) return undefined;
    return {
      user: await this.withConsents(entity, tx),
      nameIsOwn: entity.nameIsOwn,
      clerkUpdatedAt: entity.clerkUpdatedAt ?? undefined,
    };
  }

  /** Writes what Clerk says of a person; what is undefined stays. */
  async mirror(tx: Tx, userId: string, person: Partial<Person>): Promise<void> {
    const { clerkUserId, email, name, updatedAt } = person;
    await tx.repository(UserEntity).update(
      { id: uuidOf('user', userId) },
      {
        clerkUserId,
        clerkUpdatedAt: updatedAt,
        name,
        ...(email !== undefined && { email, emailKey: emailKey(email) }),
      },
    );
  }

  async change(
    tx: Tx,
    userId: string,
    { name, timeZone, preferences, storeContent }: Settings,
  ): Promise<void> {
    await tx.repository(UserEntity).update(
      { id: uuidOf('user', userId) },
      {
        timeZone,
        preferences,
        storeContent,
        ...(name !== undefined && { name, nameIsOwn: true }),
        // An update of nothing is none that TypeORM takes.
        id: uuidOf('user', userId),
      },
    );
  }

  /** Whether what their requests say may be stored; not of who is unknown. */
  async storesContent(userId: string): Promise<boolean> {
    const found = await this.database.repository(UserEntity).findOne({
      select: { id: true, storeContent: true },
      where: { id: uuidOf('user', userId) },
    });
    return found?.storeContent ?? false;
  }

  /** Those of their keys that open something, whichever account pays. */
  async keysOf(tx: Tx, userId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'select id from api_key where user_id = $1 and revoked_at is null',
      [uuidOf('user', userId)],
    );
    return rows.map(({ id }) => idFromUuid('key', id));
  }

  /** For good. The address becomes free. */
  async close(tx: Tx, userId: string): Promise<void> {
    await tx
      .repository(UserEntity)
      .update({ id: uuidOf('user', userId) }, { emailKey: null, closedAt: () => 'now()' });
  }

  async restrict(tx: Tx, userId: string): Promise<Date> {
    const restrictedAt = new Date();
    await tx.repository(UserEntity).update({ id: uuidOf('user', userId) }, { restrictedAt });
    return restrictedAt;
  }

  async unrestrict(tx: Tx, userId: string): Promise<void> {
    await tx.repository(UserEntity).update({ id: uuidOf('user', userId) }, { restrictedAt: null });
  }

  /** In the order of their ids. */
  async restricted(limit: number, after?: string): Promise<string[]> {
    const entities = await this.database.repository(UserEntity).find({
      select: { id: true },
      where: {
        restrictedAt: Not(IsNull()),
        ...(after !== undefined && { id: MoreThan(uuidOf('user', after)) }),
      },
      order: { id: 'ASC' },
      take: limit,
    });
    return entities.map(({ id }) => idFromUuid('user', id));
  }

  async setErasure(tx: Tx, userId: string, erasureId: string | undefined): Promise<void> {
    await tx
      .repository(UserEntity)
      .update(
        { id: uuidOf('user', userId) },
        { erasureId: erasureId === undefined ? null : uuidOf('erasure', erasureId) },
      );
  }

  /** With what they have consented to; how many rows there were. */
  async remove(tx: Tx, userId: string): Promise<{ people: number; consents: number }> {
    const id = uuidOf('user', userId);
    const { affected: consents } = await tx.repository(ConsentEntity).delete({ userId: id });
    const { affected: people } = await tx.repository(UserEntity).delete({ id });
    return { people: people ?? 0, consents: consents ?? 0 };
  }

  /** Open accounts, in the order of their ids. */
  async openAfter(tx: Tx, limit: number, after?: string): Promise<string[]> {
    const entities = await tx.repository(UserEntity).find({
      select: { id: true },
      where: {
        closedAt: IsNull(),
        ...(after !== undefined && { id: MoreThan(uuidOf('user', after)) }),
      },
      order: { id: 'ASC' },
      take: limit,
    });
    return entities.map(({ id }) => idFromUuid('user', id));
  }

  /** Closed accounts that are not erased, in the order of their ids. */
  async closedAfter(
    limit: number,
    after?: string,
  ): Promise<{ userId: string; accountId: string }[]> {
    const entities = await this.database.repository(UserEntity).find({
      select: { id: true, accountId: true },
      where: {
        closedAt: Not(IsNull()),
        ...(after !== undefined && { id: MoreThan(uuidOf('user', after)) }),
      },
      order: { id: 'ASC' },
      take: limit,
    });
    return entities.map(({ id, accountId }) => ({
      userId: idFromUuid('user', id),
      accountId: idFromUuid('account', accountId),
    }));
  }

  /** The first acceptance of a version stands. */
  async consent(
    tx: Tx,
    userId: string,
    { policyVersion, source }: Omit<Consents, 'acceptedAt'>,
  ): Promise<void> {
    await tx
      .repository(ConsentEntity)
      .createQueryBuilder()
      .insert()
      .values({ userId: uuidOf('user', userId), policyVersion, source })
      .orIgnore()
      .execute();
  }

  private async withConsents(entity: UserEntity, within: Tx | Database): Promise<User> {
    const latest = await within
      .repository(ConsentEntity)
      .findOne({ where: { userId: entity.id }, order: { acceptedAt: 'DESC' } });
    return userOf(entity, latest ?? undefined);
  }
}

function userOf(entity: UserEntity, consents?: ConsentEntity): User {
  return {
    userId: idFromUuid('user', entity.id),
    email: entity.email,
    name: entity.name,
    accountId: idFromUuid('account', entity.accountId),
    createdAt: entity.createdAt,
    clerkUserId: entity.clerkUserId ?? undefined,
    plan: entity.plan,
    billingMode: entity.billingMode,
    timeZone: entity.timeZone,
    preferences: { ...defaultPreferences, ...entity.preferences },
    storeContent: entity.storeContent,
    consents: consents && {
      policyVersion: consents.policyVersion,
      acceptedAt: consents.acceptedAt,
      source: consents.source,
    },
    closedAt: entity.closedAt ?? undefined,
    restrictedAt: entity.restrictedAt ?? undefined,
    // Of a row that was just inserted it is undefined.
    erasureId: entity.erasureId ? idFromUuid('erasure', entity.erasureId) : undefined,
  };
}
