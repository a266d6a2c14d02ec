import { Controller, UseInterceptors } from '@nestjs/common';
import type { HeldContent } from '@modelbridge/contracts/retention.v1/content';
import type { SupportGrant } from '@modelbridge/contracts/retention.v1/support-grants';
import { RetentionClient, SupportGrantsClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import { pageJson } from '../operations/json-of.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import * as operations from './contents.operations.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';

/** What is stored of what the person who made a management key has said on its account, and whom they let read it. */
@Controller()
@UseInterceptors(ForManagementKeys)
export class ContentsController {
  constructor(
    private readonly retention: RetentionClient,
    private readonly grants: SupportGrantsClient,
  ) {}

  @Answers(operations.listContents)
  async list(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(operations.listContents) { query }: AskedOf<typeof operations.listContents>,
  ): Promise<AnswerOf<typeof operations.listContents>> {
    const asked = { accountId, actorUserId, ...query };
    const { contents, nextCursor } = await this.retention.listContents(asked);
    return pageJson(contents.map(heldJson), nextCursor);
  }

  @Answers(operations.deleteContents)
  delete(
    @Manager() managing: Managing,
    @Asked(operations.deleteContents) { query }: AskedOf<typeof operations.deleteContents>,
  ): Promise<AnswerOf<typeof operations.deleteContents>> {
    return this.remove(managing, {
      requestIds: [],
      from: dateOf(query.from),
      to: dateOf(query.to),
      everything: query.everything !== undefined,
    });
  }

  @Answers(operations.deleteContent)
  deleteOne(
    @Manager() managing: Managing,
    @Asked(operations.deleteContent) { params: { id } }: AskedOf<typeof operations.deleteContent>,
  ): Promise<AnswerOf<typeof operations.deleteContent>> {
    const one = { requestIds: [id], from: undefined, to: undefined, everything: false };
    return this.remove(managing, one);
  }

  @Answers(operations.createSupportGrant)
  async grant(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(operations.createSupportGrant) { body }: AskedOf<typeof operations.createSupportGrant>,
  ): Promise<AnswerOf<typeof operations.createSupportGrant>> {
    const { grant } = await this.grants.createSupportGrant({
      accountId,
      actorUserId,
      requestIds: body.request_ids ?? [],
      from: dateOf(body.from),
      to: dateOf(body.to),
      expiresAt: dateOf(body.expires_at),
    });
    return grantJson(grant);
  }

  @Answers(operations.listSupportGrants)
  async listGrants(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(operations.listSupportGrants) _: unknown,
  ): Promise<AnswerOf<typeof operations.listSupportGrants>> {
    const { grants } = await this.grants.listSupportGrants({ accountId, actorUserId });
    return { object: 'list', data: grants.map(grantJson) };
  }

  @Answers(operations.withdrawSupportGrant)
  async withdraw(
    @Manager() { accountId, actorUserId }: Managing,
    @Asked(operations.withdrawSupportGrant)
    { params: { id } }: AskedOf<typeof operations.withdrawSupportGrant>,
  ): Promise<AnswerOf<typeof operations.withdrawSupportGrant>> {
    const asked = { grantId: id, accountId, actorUserId };
    return grantJson((await this.grants.withdrawSupportGrant(asked)).grant);
  }

  private async remove(
    { accountId, actorUserId }: Managing,
    what: { requestIds: string[]; from?: Date; to?: Date; everything: boolean },
  ): Promise<AnswerOf<typeof operations.deleteContents>> {
    const asked = { from: undefined, to: undefined, ...what, accountId, actorUserId };
    const { deleted } = await this.retention.deleteContents(asked);
    return { object: 'deletion', deleted: Number(deleted) };
  }
}

function dateOf(time: string | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}

function timeJson(time: Date | undefined): string | null {
  return time?.toISOString() ?? null;
}

function heldJson(held: HeldContent): AnswerOf<typeof operations.listContents>['data'][number] {
  return {
    id: held.requestId,
    account_id: held.accountId,
    stored_at: timeJson(held.storedAt),
    unreadable_at: timeJson(held.unreadableAt),
    raw_bytes: Number(held.rawBytes),
  };
}

function grantJson(
  grant: SupportGrant | undefined,
): AnswerOf<typeof operations.withdrawSupportGrant> {
  if (grant === undefined) throw RequestError.of('service_unavailable');
  return {
    object: 'support_grant',
    id: grant.grantId,
    account_id: grant.accountId ?? null,
    request_ids: grant.requestIds,
    from: timeJson(grant.from),
    to: timeJson(grant.to),
    created_at: timeJson(grant.createdAt),
    expires_at: timeJson(grant.expiresAt),
    withdrawn_at: timeJson(grant.withdrawnAt),
  };
}
