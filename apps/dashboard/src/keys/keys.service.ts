import { KeyScope, type Key } from '@modelbridge/contracts/auth.v1';
import { LimitScope } from '@modelbridge/contracts/billing.v1';
import { limitPeriodCodes, type LimitPeriodName } from '@modelbridge/contracts/limits';
import type {
  Answer,
  Key as KeyJson,
  keyRoutes,
  KeySecret,
  Read,
} from '@modelbridge/dashboard-api';
import { Injectable } from '@nestjs/common';
import { AuthClient, BillingClient } from '../clients/clients.js';
import { limitsJson } from '../limits/limit-json.js';
import { RouteError } from '../routes/route-error.js';
import { keyJson, restrictionsOf } from './key-json.js';
import { MemberNames } from '../people/member-names.js';

const pageSize = 20;
/** Limits are asked for a key at a time, of so many keys at once. */
const limitsAtOnce = 8;

/** Who asks, and of which account the key must be. */
export interface Asking {
  actorUserId: string;
  accountId: string;
}

type Wanted = Read<typeof keyRoutes.create, 'body'>;
type WantedLimit = Wanted['limits'][number];

/** The keys of an account, as auth and billing tell a person of them. */
@Injectable()
export class Keys {
  constructor(
    private readonly auth: AuthClient,
    private readonly billing: BillingClient,
    private readonly names: MemberNames,
  ) {}

  async page(
    { accountId, actorUserId }: Asking,
    query: Read<typeof keyRoutes.list, 'query'>,
  ): Promise<Answer<typeof keyRoutes.list>> {
    const limit = query.limit === undefined ? pageSize : Number(query.limit);
    const { keys, nextCursor } = await this.auth.listKeys({
      accountId,
      actorUserId,
      limit,
      cursor: query.cursor ?? '',
    });
    const items: KeyJson[] = [];
    for (let at = 0; at < keys.length; at += limitsAtOnce) {
      const some = keys.slice(at, at + limitsAtOnce);
      items.push(...(await Promise.all(some.map((key) => this.shown(actorUserId, key)))));
    }
    return { items, next_cursor: nextCursor === '' ? null : nextCursor };
  }

  async get(asking: Asking, keyId: string): Promise<KeyJson> {
    return this.shown(asking.actorUserId, await this.own(asking, keyId));
  }

  /** A key whose limits cannot be set is revoked before anybody has seen it. */
  async create(asking: Asking, wanted: Wanted): Promise<KeySecret> {
    const { actorUserId, accountId } = asking;
    const { key, apiKey } = await this.auth.createKey({
      userId: actorUserId,
      actorUserId,
      accountId,
      teamId: wanted.team_id,
      name: wanted.name,
      scope: wanted.scope === 'management' ? KeyScope.MANAGEMENT : KeyScope.INFERENCE,
      isTest: wanted.is_test,
      expiresAt: wanted.expires_at === null ? undefined : new Date(wanted.expires_at),
      restrictions: restrictionsOf(wanted.restrictions),
    });
    const made = given(key);
    try {
      for (const limit of wanted.limits) await this.limitTo(asking, made.keyId, limit);
    } catch (error) {
      await this.auth.revokeKey({ keyId: made.keyId, actorUserId });
      throw error;
    }
    return { key: await this.shown(actorUserId, made), api_key: apiKey };
  }

  async update(
    asking: Asking,
    keyId: string,
    changes: Read<typeof keyRoutes.update, 'body'>,
  ): Promise<KeyJson> {
    const { actorUserId } = asking;
    await this.own(asking, keyId);
    const { name, expires_at: expiresAt, restrictions } = changes;
    const { key } = await this.auth.updateKey({
      keyId,
      actorUserId,
      name,
      expiresAt: typeof expiresAt === 'string' ? new Date(expiresAt) : undefined,
      removesExpiry: expiresAt === null,
      restrictions: restrictions && restrictionsOf(restrictions),
    });
    return this.shown(actorUserId, given(key));
  }

  async rotate(asking: Asking, keyId: string, graceSeconds: number): Promise<KeySecret> {
    const { actorUserId } = asking;
    await this.own(asking, keyId);
    const { key, apiKey } = await this.auth.rotateKey({ keyId, actorUserId, graceSeconds });
    return { key: await this.shown(actorUserId, given(key)), api_key: apiKey };
  }

  async change(
    asking: Asking,
    keyId: string,
    how: 'disableKey' | 'enableKey' | 'revokeKey',
  ): Promise<KeyJson> {
    const { actorUserId } = asking;
    await this.own(asking, keyId);
    const { key } = await this.auth[how]({ keyId, actorUserId });
    return this.shown(actorUserId, given(key));
  }

  async setLimit(
    asking: Asking,
    keyId: string,
    limit: { period: LimitPeriodName; limit_nano_usd: string | null },
  ): Promise<KeyJson> {
    const key = await this.own(asking, keyId);
    await this.limitTo(asking, keyId, limit);
    return this.shown(asking.actorUserId, key);
  }

  private async limitTo(
    { accountId, actorUserId }: Asking,
    keyId: string,
    limit: Omit<WantedLimit, 'limit_nano_usd'> & { limit_nano_usd: string | null },
  ): Promise<void> {
    await this.billing.setLimit({
      scope: LimitScope.KEY,
      period: limitPeriodCodes[limit.period],
      accountId,
      scopeId: keyId,
      limitNanoUsd: limit.limit_nano_usd === null ? undefined : BigInt(limit.limit_nano_usd),
      actorUserId,
    });
  }

  private async shown(actorUserId: string, key: Key): Promise<KeyJson> {
    const { accountId, userId, keyId, teamId } = key;
    const [{ limits }, names] = await Promise.all([
      this.billing.getLimits({ accountId, userId, keyId, actorUserId }),
      this.names.of(actorUserId, teamId),
    ]);
    return keyJson(
      key,
      limitsJson(limits).filter(({ scope }) => scope === 'key'),
      names.get(userId) ?? null,
    );
  }

  /** An address that names the key of another account is as wrong as one that names none. */
  private async own({ accountId, actorUserId }: Asking, keyId: string): Promise<Key> {
    const { key } = await this.auth.getKey({ keyId, actorUserId });
    if (key === undefined || key.accountId !== accountId) {
      throw new RouteError(404, 'not_found', 'There is no such key on this account.', {
        field: 'key_id',
      });
    }
    return key;
  }
}

function given(key: Key | undefined): Key {
  if (key === undefined) throw new Error('auth answered without a key');
  return key;
}
