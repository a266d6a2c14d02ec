import type { PrivacyRequest } from '@modelbridge/contracts/retention.v1/rights';
import {
  PRIVACY_REQUEST_KINDS,
  privacyRoutes,
  type Answer,
  type PrivacyRequest as RequestJson,
} from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { RightsClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';

const states = ['unverified', 'open', 'in_effect', 'closed'] as const;
const outcomes = ['fulfilled', 'refused', 'withdrawn'] as const;

/** Requests by which the person uses their rights. */
@Controller()
export class PrivacyRequestsController {
  constructor(private readonly rights: RightsClient) {}

  @Answers(privacyRoutes.requests)
  async list(@SignedIn() { userId }: Session): Promise<Answer<typeof privacyRoutes.requests>> {
    const { requests } = await this.rights.listPrivacyRequests({ actorUserId: userId });
    return { items: requests.map(requestJson) };
  }

  @Answers(privacyRoutes.createRequest)
  async create(
    @SignedIn() { userId }: Session,
    @Asked() { body }: Parts<typeof privacyRoutes.createRequest>,
  ): Promise<RequestJson> {
    const { kind, purpose } = body;
    const asked = { actorUserId: userId, kind, purpose: purpose ?? '' };
    return requestJson((await this.rights.createPrivacyRequest(asked)).request);
  }

  @Answers(privacyRoutes.withdrawRequest)
  async withdraw(
    @SignedIn() { userId }: Session,
    @Asked() { params }: Parts<typeof privacyRoutes.withdrawRequest>,
  ): Promise<RequestJson> {
    const asked = { actorUserId: userId, requestId: params.request_id };
    return requestJson((await this.rights.withdrawPrivacyRequest(asked)).request);
  }
}

function requestJson(request: PrivacyRequest | undefined): RequestJson {
  if (request === undefined) throw new Error('retention answered without a request');
  return {
    request_id: request.requestId,
    kind: PRIVACY_REQUEST_KINDS.find((kind) => kind === request.kind) ?? 'other',
    purpose: request.purpose === '' ? null : request.purpose,
    state: states.find((state) => state === request.state) ?? 'open',
    outcome: outcomes.find((outcome) => outcome === request.outcome) ?? null,
    received_at: (request.receivedAt ?? new Date(0)).toISOString(),
    due_at: (request.dueAt ?? new Date(0)).toISOString(),
    closed_at: request.closedAt?.toISOString() ?? null,
  };
}
