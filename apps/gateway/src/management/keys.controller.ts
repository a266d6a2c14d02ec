import { Controller, UseInterceptors } from '@nestjs/common';
import { LimitScope } from '@modelbridge/contracts/billing.v1';
import type { Key } from '@modelbridge/contracts/auth.v1';
import { limitPeriodCodes, type LimitPeriodName } from '@modelbridge/contracts/limits';
import { AuthClient, BillingClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import { limitJson, pageJson } from '../operations/json-of.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { keyJson, restrictionsOf } from './key-json.js';
import { keyScopeCodes } from './key-words.js';
import * as operations from './keys.operations.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';
import { idOf } from './write-ids.js';

/** The keys of a management key's account, as the person who made it may see and change them. */
@Controller()
@UseInterceptors(ForManagementKeys)
export class KeysController {
  constructor(
    private readonly auth: AuthClient,
    private readonly billing: BillingClient,
  ) {}

  @Answers(operations.listKeys)
  async list(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(operations.listKeys) { query }: AskedOf<typeof operations.listKeys>,
  ): Promise<AnswerOf<typeof operations.listKeys>> {
    const { keys, nextCursor } = await this.auth.listKeys({ accountId, actorUserId, ...query });
    return pageJson(keys.map(keyJson), nextCursor);
  }

  @Answers(operations.createKey)
  async create(
    @Manager() { accountId, teamId, actorUserId, writeId }: Managing,
    @Asked(operations.createKey) { body }: AskedOf<typeof operations.createKey>,
  ): Promise<AnswerOf<typeof operations.createKey>> {
    const { key, apiKey } = await this.auth.createKey({
      userId: actorUserId,
      actorUserId,
      accountId,
      teamId,
      name: body.name,
      scope: keyScopeCodes[body.scope],
      isTest: body.is_test,
      expiresAt: body.expires_at === null ? undefined : new Date(body.expires_at),
      restrictions: restrictionsOf(body.restrictions),
      keyId: idOf('key', writeId),
    });
    return shownOnce(key, apiKey);
  }

  @Answers(operations.getApiKey)
  async get(
    @Manager() managing: Managing,
    @Asked(operations.getApiKey) { params: { id } }: AskedOf<typeof operations.getApiKey>,
  ): Promise<AnswerOf<typeof operations.getApiKey>> {
    return keyJson(await this.ownKey(managing, id));
  }

  @Answers(operations.updateKey)
  async update(
    @Manager() managing: Managing,
    @Asked(operations.updateKey) { params: { id }, body }: AskedOf<typeof operations.updateKey>,
  ): Promise<AnswerOf<typeof operations.updateKey>> {
    await this.ownKey(managing, id);
    const { name, expires_at: expiresAt, restrictions } = body;
    const { key } = await this.auth.updateKey({
      keyId: id,
      actorUserId: managing.actorUserId,
      name,
      expiresAt: typeof expiresAt === 'string' ? new Date(expiresAt) : undefined,
      removesExpiry: expiresAt === null,
      restrictions: restrictions && restrictionsOf(restrictions),
    });
    return keyJson(given(key));
  }

  @Answers(operations.rotateKey)
  async rotate(
    @Manager() managing: Managing,
    @Asked(operations.rotateKey) { params: { id }, body }: AskedOf<typeof operations.rotateKey>,
  ): Promise<AnswerOf<typeof operations.rotateKey>> {
    await this.ownKey(managing, id);
    const { key, apiKey } = await this.auth.rotateKey({
      keyId: id,
      actorUserId: managing.actorUserId,
      graceSeconds: body.grace_seconds,
      rotationId: managing.writeId,
    });
    return shownOnce(key, apiKey);
  }

  @Answers(operations.disableKey)
  async disable(
    @Manager() managing: Managing,
    @Asked(operations.disableKey) { params: { id } }: AskedOf<typeof operations.disableKey>,
  ): Promise<AnswerOf<typeof operations.disableKey>> {
    await this.ownKey(managing, id);
    const { key } = await this.auth.disableKey({ keyId: id, actorUserId: managing.actorUserId });
    return keyJson(given(key));
  }

  @Answers(operations.enableKey)
  async enable(
    @Manager() managing: Managing,
    @Asked(operations.enableKey) { params: { id } }: AskedOf<typeof operations.enableKey>,
  ): Promise<AnswerOf<typeof operations.enableKey>> {
    await this.ownKey(managing, id);
    const { key } = await this.auth.enableKey({ keyId: id, actorUserId: managing.actorUserId });
    return keyJson(given(key));
  }

  @Answers(operations.revokeKey)
  async revoke(
    @Manager() managing: Managing,
    @Asked(operations.revokeKey) { params: { id } }: AskedOf<typeof operations.revokeKey>,
  ): Promise<AnswerOf<typeof operations.revokeKey>> {
    await this.ownKey(managing, id);
    const { key } = await this.auth.revokeKey({ keyId: id, actorUserId: managing.actorUserId });
    return keyJson(given(key));
  }

  @Answers(operations.listKeyLimits)
  async limits(
    @Manager() managing: Managing,
    @Asked(operations.listKeyLimits) { params: { id } }: AskedOf<typeof operations.listKeyLimits>,
  ): Promise<AnswerOf<typeof operations.listKeyLimits>> {
    const { accountId, userId } = await this.ownKey(managing, id);
    const { actorUserId } = managing;
    const { limits } = await this.billing.getLimits({ accountId, userId, keyId: id, actorUserId });
    return { object: 'list', data: limits.map(limitJson) };
  }

  @Answers(operations.setKeyLimit)
  async setLimit(
    @Manager() managing: Managing,
    @Asked(operations.setKeyLimit) { params, body }: AskedOf<typeof operations.setKeyLimit>,
  ): Promise<AnswerOf<typeof operations.setKeyLimit>> {
    const limit = await this.changeLimit(managing, params, BigInt(body.limit_nano_usd));
    if (limit === undefined) throw RequestError.of('service_unavailable');
    return limitJson(limit);
  }

  @Answers(operations.removeKeyLimit)
  async removeLimit(
    @Manager() managing: Managing,
    @Asked(operations.removeKeyLimit) { params }: AskedOf<typeof operations.removeKeyLimit>,
  ): Promise<AnswerOf<typeof operations.removeKeyLimit>> {
    await this.changeLimit(managing, params, undefined);
    return { object: 'limit', removed: true };
  }

  private async changeLimit(
    managing: Managing,
    { id, period }: { id: string; period: LimitPeriodName },
    limitNanoUsd: bigint | undefined,
  ) {
    const { accountId } = await this.ownKey(managing, id);
    const { limit } = await this.billing.setLimit({
      scope: LimitScope.KEY,
      period: limitPeriodCodes[period],
      accountId,
      scopeId: id,
      limitNanoUsd,
      actorUserId: managing.actorUserId,
    });
    return limit;
  }

  /** 404 for a key of another account: a management key opens its own account only. */
  private async ownKey({ accountId, actorUserId }: Managing, keyId: string): Promise<Key> {
    const { key } = await this.auth.getKey({ keyId, actorUserId });
    if (key?.accountId !== accountId) throw noSuchKey();
    return key;
  }
}

/** No secret comes back from what an earlier try has done. */
function shownOnce(key: Key | undefined, apiKey: string): AnswerOf<typeof operations.createKey> {
  return { ...keyJson(given(key)), api_key: apiKey === '' ? null : apiKey };
}

function given(key: Key | undefined): Key {
  if (key === undefined) throw RequestError.of('service_unavailable');
  return key;
}

function noSuchKey(): RequestError {
  return RequestError.of('not_found', { message: 'There is no such key.', param: 'id' });
}
