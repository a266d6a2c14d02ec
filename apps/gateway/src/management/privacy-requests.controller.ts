import { Controller, UseInterceptors } from '@nestjs/common';
import type { PrivacyRequest } from '@modelbridge/contracts/retention.v1/rights';
import { RightsClient } from '../clients/clients.module.js';
import { RequestError } from '../errors/request-error.js';
import type { AnswerOf, AskedOf } from '../operations/operation.js';
import { Answers, Asked } from '../operations/operation.decorators.js';
import { ForManagementKeys } from './management-keys.interceptor.js';
import { Manager, type Managing } from './manager.decorator.js';
import * as operations from './privacy-requests.operations.js';

/** What the person who made the key asks about their data. */
@Controller()
@UseInterceptors(ForManagementKeys)
export class PrivacyRequestsController {
  constructor(private readonly rights: RightsClient) {}

  @Answers(operations.createPrivacyRequest)
  async create(
    @Manager() { actorUserId }: Managing,
    @Asked(operations.createPrivacyRequest)
    { body }: AskedOf<typeof operations.createPrivacyRequest>,
  ): Promise<operations.PrivacyRequestJson> {
    const { kind, purpose = '' } = body;
    const asked = { actorUserId, kind, purpose };
    return requestJson((await this.rights.createPrivacyRequest(asked)).request);
  }

  @Answers(operations.listPrivacyRequests)
  async list(
    @Manager() { actorUserId }: Managing,
    @Asked(operations.listPrivacyRequests) _: unknown,
  ): Promise<AnswerOf<typeof operations.listPrivacyRequests>> {
    const { requests } = await this.rights.listPrivacyRequests({ actorUserId });
    return { object: 'list', data: requests.map(requestJson) };
  }

  @Answers(operations.withdrawPrivacyRequest)
  async withdraw(
    @Manager() { actorUserId }: Managing,
    @Asked(operations.withdrawPrivacyRequest)
    { params }: AskedOf<typeof operations.withdrawPrivacyRequest>,
  ): Promise<operations.PrivacyRequestJson> {
    const asked = { actorUserId, requestId: params.id };
    return requestJson((await this.rights.withdrawPrivacyRequest(asked)).request);
  }
}

function requestJson(request: PrivacyRequest | undefined): operations.PrivacyRequestJson {
  if (request === undefined) throw RequestError.of('service_unavailable');
  return {
    object: 'privacy_request',
    id: request.requestId,
    kind: request.kind,
    purpose: request.purpose || null,
    state: request.state,
    outcome: request.outcome || null,
    received_at: request.receivedAt?.toISOString() ?? null,
    due_at: request.dueAt?.toISOString() ?? null,
    closed_at: request.closedAt?.toISOString() ?? null,
    effect_pending: request.effectPending,
  };
}
