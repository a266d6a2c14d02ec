import { randomUUID } from 'node:crypto';
import { apiKeySha256, createApiKey } from '@modelbridge/api-key';
import { newId } from '@modelbridge/contracts';
import type { AuditAct } from '@modelbridge/contracts/audit';
import { authKeyRevoked, authMembershipEnded } from '@modelbridge/contracts/events';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { UsersService } from '../users/users.service.js';
import type { Key, KeyPage, NewKey } from './key.js';
import { MembershipsRepository } from './memberships.repository.js';
import { KeysRepository } from './keys.repository.js';

/** A key that may be made: on a team's account under a membership, and under an id that has its limits. */
export type MadeKey = NewKey & Partial<Pick<Key, 'keyId' | 'membershipId'>>;

@Injectable()
export class KeysService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly keys: KeysRepository,
    private readonly memberships: MembershipsRepository,
    private readonly users: UsersService,
    private readonly audit: AuditService,
  ) {}

  /** The only moment at which the key exists in clear. */
  async create(newKey: MadeKey): Promise<{ key: Key; apiKey: string }> {
    const { apiKey, publicId } = createApiKey();
    const key = await this.database.transaction(async (tx) => {
      await this.users.requireMayHaveKeys(tx, newKey.userId);
      await this.requireRunning(tx, newKey.membershipId);
      const made = await this.keys.insert(
        tx,
        { keyId: newId('key'), ...newKey, publicId },
        apiKeySha256(apiKey),
      );
      await this.log(tx, 'key.created', made);
      return made;
    });
    return { key, apiKey };
  }

  /** Revoking twice is no error: the first revocation stands, and its event went out once. */
  async revoke(keyId: string): Promise<Key> {
    return this.database.transaction(async (tx) => {
      const revoked = await this.keys.revoke(tx, keyId);
      if (revoked !== undefined) {
        await this.announce(tx, revoked);
        return revoked;
      }
      return known(await this.keys.find(keyId, tx));
    });
  }

  /** Every key of a person, whichever account pays. */
  async revokeAllOf(tx: Tx, userId: string): Promise<void> {
    for (const key of await this.keys.revokeAllOf(tx, { userId })) await this.announce(tx, key);
  }

  /**
   * Revokes what was made under a membership of a team, keeps that it has ended, and says so: every time, under an id
   * of its own, because an earlier announcement may have been lost.
   */
  async endMembership(membershipId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.memberships.end(tx, membershipId);
      for (const key of await this.keys.revokeAllOf(tx, { membershipId })) {
        await this.announce(tx, key);
      }
      await this.outbox.add(tx, authMembershipEnded, { membershipId }, { id: randomUUID() });
    });
  }

  /** Any key, whether it still opens something or not. */
  async get(keyId: string): Promise<Key> {
    return known(await this.keys.find(keyId));
  }

  /** Unknown, revoked and expired keys get one and the same answer. */
  async resolve(keySha256: Uint8Array): Promise<Key> {
    const key = await this.keys.findActiveByDigest(keySha256);
    if (key === undefined) throw new RpcError('not_found', 'no such key');
    return key;
  }

  /** `nextCursor` is empty on the last page. */
  async list(page: KeyPage): Promise<{ keys: Key[]; nextCursor: string }> {
    const found = await this.keys.listByAccount(page);
    const keys = found.slice(0, page.limit);
    return { keys, nextCursor: found.length > page.limit ? (keys.at(-1)?.keyId ?? '') : '' };
  }

  /** The membership may have ended since teams was asked. */
  private async requireRunning(tx: Tx, membershipId: string | undefined): Promise<void> {
    if (membershipId === undefined) return;
    if (await this.memberships.lockRunning(tx, membershipId)) return;
    throw new RpcError('not_found', 'there is no such account', { field: 'account_id' });
  }

  private async announce(tx: Tx, key: Key): Promise<void> {
    const { keyId, publicId } = key;
    await this.log(tx, 'key.revoked', key);
    await this.outbox.add(tx, authKeyRevoked, { keyId, publicId }, { id: `revoked:${keyId}` });
  }

  /** In the log of the account that pays for the key. */
  private log(tx: Tx, act: AuditAct, { accountId, keyId, userId }: Key): Promise<void> {
    return this.audit.record(tx, { act, accountId, objectIds: [keyId, userId] });
  }
}

function known(key: Key | undefined): Key {
  if (key === undefined) throw noKey();
  return key;
}

export function noKey(): RpcError {
  return new RpcError('not_found', 'no such key', { field: 'key_id' });
}
