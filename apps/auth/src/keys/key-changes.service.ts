import { ModelNames } from '@modelbridge/access';
import { randomUUID } from 'node:crypto';
import { apiKeySha256, createApiKey } from '@modelbridge/api-key';
import { authKeyChanged, authMembershipEnded } from '@modelbridge/contracts/events';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { UsersService } from '../users/users.service.js';
import { KeyActs, type KeyAct } from './key-acts.service.js';
import type { Key, KeyChanges, Rotation } from './key.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService, noKey, type ShownKey } from './keys.service.js';
import { MembershipsRepository } from './memberships.repository.js';

/** Changes of keys, and their end. Each is told to the gateways in its own transaction. */
@Injectable()
export class KeyChangesService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly keys: KeysRepository,
    private readonly named: KeysService,
    private readonly memberships: MembershipsRepository,
    private readonly users: UsersService,
    private readonly models: ModelNames,
    private readonly acts: KeyActs,
  ) {}

  async change(keyId: string, { restrictions, ...changes }: KeyChanges): Promise<Key> {
    const restricted = restrictions && {
      ...restrictions,
      allowedModels: await this.models.idsOf(restrictions.allowedModels),
    };
    return this.database.transaction(async (tx) => {
      const { name } = changes;
      if (name !== undefined) {
        const { userId, accountId } = known(await this.keys.find(keyId, tx));
        await this.users.requireMayHaveKeys(tx, userId);
        await this.named.requireFreeName(tx, { keyId, userId, accountId, name });
      }
      await this.lockKept(tx, keyId);
      await this.keys.change(tx, keyId, { ...changes, restrictions: restricted });
      return this.changed(tx, keyId, 'changed');
    });
  }

  /** Another secret, shown this once. The one before works on for so long. The last rotation is not made twice. */
  async rotate(keyId: string, { graceSeconds, rotationId }: Rotation): Promise<ShownKey> {
    return this.database.transaction(async (tx) => {
      const key = await this.lockKept(tx, keyId);
      if (rotationId !== undefined && (await this.keys.isLastRotation(tx, keyId, rotationId))) {
        return { key, apiKey: '' };
      }
      const { isTest, expiresAt } = key;
      if (expiresAt !== undefined && expiresAt <= new Date()) {
        throw refused('the key has expired: give it a later expires_at first');
      }
      const { apiKey, publicId } = createApiKey({ isTest });
      const secret = { publicId, keySha256: apiKeySha256(apiKey) };
      await this.keys.rotate(tx, keyId, secret, { graceSeconds, rotationId });
      return { key: await this.changed(tx, keyId, 'rotated'), apiKey };
    });
  }

  async setDisabled(keyId: string, isDisabled: boolean): Promise<Key> {
    return this.database.transaction(async (tx) => {
      const key = await this.lockKept(tx, keyId);
      if ((key.disabledAt !== undefined) === isDisabled) return key;
      await this.keys.setDisabled(tx, keyId, isDisabled);
      return this.changed(tx, keyId, isDisabled ? 'disabled' : 'enabled');
    });
  }

  /** Revoking twice is no error: the first revocation stands, and its event went out once. */
  async revoke(keyId: string): Promise<Key> {
    return this.database.transaction(async (tx) => {
      const revoked = await this.revokeWithin(tx, keyId, 'revoked');
      return revoked ?? known(await this.keys.find(keyId, tx));
    });
  }

  /** Undefined where it was revoked before. */
  async revokeWithin(tx: Tx, keyId: string, act: 'revoked' | 'leaked'): Promise<Key | undefined> {
    const key = await this.keys.revoke(tx, keyId);
    if (key !== undefined) await this.acts.tell(tx, { act, key });
    return key;
  }

  /** Every key of a person, whichever account pays; how many were not revoked before. */
  async revokeAllOf(tx: Tx, userId: string): Promise<number> {
    const revoked = await this.keys.revokeAllOf(tx, { userId });
    for (const key of revoked) await this.acts.tell(tx, { act: 'revoked', key });
    return revoked.length;
  }

  /** Gateways ask anew about every key of a person, whichever account pays. */
  async haveAskedAnew(tx: Tx, userId: string): Promise<void> {
    for (const { keyId } of await this.keys.activeOf(tx, userId)) {
      await this.outbox.add(tx, authKeyChanged, { keyId }, { id: randomUUID() });
    }
  }

  /**
   * Revokes what was made under a membership of a team, keeps that it has ended, and says so: every time, under an id
   * of its own, because an earlier announcement may have been lost.
   */
  async endMembership(membershipId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.memberships.end(tx, membershipId);
      for (const key of await this.keys.revokeAllOf(tx, { membershipId })) {
        await this.acts.tell(tx, { act: 'revoked', key });
      }
      await this.outbox.add(tx, authMembershipEnded, { membershipId }, { id: randomUUID() });
    });
  }

  /** The secret before the last rotation works no more. */
  async endPrevious(tx: Tx, keyId: string): Promise<void> {
    await this.keys.endPrevious(tx, keyId);
    await this.changed(tx, keyId, 'changed');
  }

  private async changed(tx: Tx, keyId: string, act: KeyAct['act']): Promise<Key> {
    const key = known(await this.keys.find(keyId, tx));
    await this.acts.tell(tx, { act, key });
    return key;
  }

  private async lockKept(tx: Tx, keyId: string): Promise<Key> {
    const key = known(await this.keys.lock(tx, keyId));
    if (key.revokedAt !== undefined) throw refused('the key is revoked for ever: make a new one');
    return key;
  }
}

function known(key: Key | undefined): Key {
  if (key === undefined) throw noKey();
  return key;
}

function refused(message: string): RpcError {
  return new RpcError('failed_precondition', message, { field: 'key_id' });
}
