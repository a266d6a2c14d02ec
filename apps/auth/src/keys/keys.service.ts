import { ModelNames } from '@modelbridge/access';
import { apiKeySha256, createApiKey } from '@modelbridge/api-key';
import { newId } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { UsersService } from '../users/users.service.js';
import { keyBounds } from './bounds.js';
import { KeyActs } from './key-acts.service.js';
import type { Key, KeyPage, NewKey } from './key.js';
import { KeysRepository, type FoundKey } from './keys.repository.js';
import { MembershipsRepository } from './memberships.repository.js';

/** A key that may be made: on a team's account under a membership, and under an id that has its limits. */
export type MadeKey = NewKey & Partial<Pick<Key, 'membershipId'>>;

/** A key and, where this call has made it, its secret in clear; else empty. */
export interface ShownKey {
  key: Key;
  apiKey: string;
}

/** Makes keys and finds them. */
@Injectable()
export class KeysService {
  constructor(
    private readonly database: Database,
    private readonly keys: KeysRepository,
    private readonly memberships: MembershipsRepository,
    private readonly users: UsersService,
    private readonly models: ModelNames,
    private readonly acts: KeyActs,
  ) {}

  /** Of every key of a person, revoked ones too. */
  idsOf(tx: Tx, userId: string): Promise<string[]> {
    return this.keys.idsOf(tx, userId);
  }

  /** Nothing is left of them: their author is erased. */
  remove(tx: Tx, keyIds: readonly string[]): Promise<void> {
    return this.keys.remove(tx, keyIds);
  }

  /** The only moment at which the key exists in clear. A key of the same id that they have made is left as it is. */
  async create(newKey: MadeKey): Promise<ShownKey> {
    const allowedModels = await this.models.idsOf(newKey.restrictions.allowedModels);
    const restrictions = { ...newKey.restrictions, allowedModels };
    const { apiKey, publicId } = createApiKey({ isTest: newKey.isTest });
    return this.database.transaction(async (tx) => {
      await this.users.requireMayHaveKeys(tx, newKey.userId);
      const before = await this.madeBefore(newKey, tx);
      if (before !== undefined) return { key: before, apiKey: '' };
      await this.requireRunning(tx, newKey.membershipId);
      await this.requireRoom(tx, newKey);
      await this.requireFreeName(tx, newKey);
      const key = await this.keys.insert(
        tx,
        { ...newKey, keyId: newKey.keyId ?? newId('key'), restrictions },
        { publicId, keySha256: apiKeySha256(apiKey) },
      );
      await this.acts.tell(tx, { act: 'made', key });
      return { key, apiKey };
    });
  }

  /** Whether an earlier call has made the key that is asked for. */
  async isMade(newKey: MadeKey): Promise<boolean> {
    return (await this.madeBefore(newKey)) !== undefined;
  }

  /** Any key, whether it still opens something or not. */
  async get(keyId: string): Promise<Key> {
    const key = await this.keys.find(keyId);
    if (key === undefined) throw noKey();
    return key;
  }

  /** A key is disabled while its person's data is restricted, too. Unknown and revoked keys, and secrets that were rotated out, get one and the same answer. */
  async resolve(keySha256: Uint8Array): Promise<FoundKey> {
    const found = await this.findBySecret(keySha256);
    if (found === undefined) throw new RpcError('not_found', 'no such key');
    const { key } = found;
    const restrictedAt = await this.users.restrictedAt(key.userId);
    const disabledAt = key.disabledAt ?? restrictedAt;
    return { ...found, key: { ...key, disabledAt } };
  }

  /** Any key that this is a secret of, as `resolve`. */
  findBySecret(keySha256: Uint8Array): Promise<FoundKey | undefined> {
    return this.keys.findByDigest(keySha256);
  }

  async wasRevoked(publicId: string): Promise<boolean> {
    return (await this.keys.findByPublicId(publicId))?.revokedAt !== undefined;
  }

  /** `nextCursor` is empty on the last page. */
  async list(page: KeyPage): Promise<{ keys: Key[]; nextCursor: string }> {
    const found = await this.keys.listByAccount(page);
    const keys = found.slice(0, page.limit);
    return { keys, nextCursor: found.length > page.limit ? (keys.at(-1)?.keyId ?? '') : '' };
  }

  /** The person's row must be locked. */
  async requireFreeName(
    tx: Tx,
    key: Pick<Key, 'accountId' | 'userId' | 'name'> & { keyId?: string },
  ): Promise<void> {
    const namesake = await this.keys.findNamesake(tx, key);
    if (namesake === undefined || namesake.keyId === key.keyId) return;
    throw new RpcError(
      'already_exists',
      'name is that of another key of theirs: choose another name, or revoke that key',
      { field: 'name' },
    );
  }

  private async madeBefore(
    { keyId, userId, accountId }: MadeKey,
    tx?: Tx,
  ): Promise<Key | undefined> {
    const key = keyId === undefined ? undefined : await this.keys.find(keyId, tx);
    if (key === undefined || (key.userId === userId && key.accountId === accountId)) return key;
    throw new RpcError('already_exists', 'key_id is that of another key: choose another', {
      field: 'key_id',
    });
  }

  private async requireRoom(tx: Tx, owner: Pick<Key, 'accountId' | 'userId'>): Promise<void> {
    if ((await this.keys.count(tx, owner)) < keyBounds.perPerson) return;
    throw new RpcError(
      'resource_exhausted',
      `user_id has ${keyBounds.perPerson} keys on this account, which is the most: revoke one that is not needed`,
      { field: 'user_id' },
    );
  }

  /** The membership may have ended since teams was asked. */
  private async requireRunning(tx: Tx, membershipId: string | undefined): Promise<void> {
    if (membershipId === undefined) return;
    if (await this.memberships.lockRunning(tx, membershipId)) return;
    throw new RpcError('not_found', 'there is no such account', { field: 'account_id' });
  }
}

export function noKey(): RpcError {
  return new RpcError('not_found', 'no such key', { field: 'key_id' });
}
