import {
  WebhookOutcome,
  type CheckSessionRequest,
  type CheckSessionResponse,
  type EndSessionRequest,
  type EndSessionResponse,
  type ListSessionsRequest,
  type ListSessionsResponse,
  type ApplyClerkWebhookRequest,
  type ApplyClerkWebhookResponse,
  type VerifySessionRequest,
  type VerifySessionResponse,
} from '@modelbridge/contracts/auth.v1';
import { idSchema } from '@modelbridge/contracts';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { userMessage } from '../users/user-message.js';
import { z } from 'zod';
import { OpenSessions } from './open-sessions.service.js';
import { SessionsService } from './sessions.service.js';
import { tokenSchema } from './session-claims.js';
import { signedWebhookSchema, type WebhookOutcome as Outcome } from './webhook.js';
import { WebhooksService } from './webhooks.service.js';

const outcomes: Record<Outcome, WebhookOutcome> = {
  applied: WebhookOutcome.APPLIED,
  repeated: WebhookOutcome.REPEATED,
  ignored: WebhookOutcome.IGNORED,
};

const sessionId = z.string().min(1, 'is required').max(200, 'must have at most 200 characters');
const checkSchema = z.object({ sessionId, userId: idSchema('user') });
const personSchema = z.object({ actorUserId: idSchema('user') });
const endSchema = personSchema.extend({ sessionId });

@Controller()
export class ClerkGrpc {
  constructor(
    private readonly sessions: SessionsService,
    private readonly open: OpenSessions,
    private readonly webhooks: WebhooksService,
  ) {}

  @GrpcMethod('AuthService', 'verifySession')
  async verifySession(request: VerifySessionRequest): Promise<VerifySessionResponse> {
    const { token } = validRequest(tokenSchema, request);
    const { user, ...session } = await this.sessions.verify(token);
    return { ...session, user: userMessage(user) };
  }

  @GrpcMethod('AuthService', 'checkSession')
  async checkSession(request: CheckSessionRequest): Promise<CheckSessionResponse> {
    const { sessionId: id, userId } = validRequest(checkSchema, request);
    await this.open.check(id, userId);
    return {};
  }

  @GrpcMethod('AuthService', 'listSessions')
  async listSessions(request: ListSessionsRequest): Promise<ListSessionsResponse> {
    const { actorUserId } = validRequest(personSchema, request);
    return { sessions: await this.open.of(actorUserId) };
  }

  @GrpcMethod('AuthService', 'endSession')
  async endSession(request: EndSessionRequest): Promise<EndSessionResponse> {
    const { sessionId: id, actorUserId } = validRequest(endSchema, request);
    await this.open.end(id, actorUserId);
    return {};
  }

  @GrpcMethod('AuthService', 'applyClerkWebhook')
  async applyClerkWebhook(request: ApplyClerkWebhookRequest): Promise<ApplyClerkWebhookResponse> {
    return {
      outcome: outcomes[await this.webhooks.apply(validRequest(signedWebhookSchema, request))],
    };
  }
}
