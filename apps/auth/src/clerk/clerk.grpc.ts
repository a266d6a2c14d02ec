import {
  WebhookOutcome,
  type ApplyClerkWebhookRequest,
  type ApplyClerkWebhookResponse,
  type VerifySessionRequest,
  type VerifySessionResponse,
} from '@modelbridge/contracts/auth.v1';
import { validRequest } from '@modelbridge/service-kit/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { userMessage } from '../users/user-message.js';
import { SessionsService } from './sessions.service.js';
import { tokenSchema } from './session-claims.js';
import { signedWebhookSchema, type WebhookOutcome as Outcome } from './webhook.js';
import { WebhooksService } from './webhooks.service.js';

const outcomes: Record<Outcome, WebhookOutcome> = {
  applied: WebhookOutcome.APPLIED,
  repeated: WebhookOutcome.REPEATED,
  ignored: WebhookOutcome.IGNORED,
};

@Controller()
export class ClerkGrpc {
  constructor(
    private readonly sessions: SessionsService,
    private readonly webhooks: WebhooksService,
  ) {}

  @GrpcMethod('AuthService', 'verifySession')
  async verifySession(request: VerifySessionRequest): Promise<VerifySessionResponse> {
    const { token } = validRequest(tokenSchema, request);
    const { user, ...session } = await this.sessions.verify(token);
    return { ...session, user: userMessage(user) };
  }

  @GrpcMethod('AuthService', 'applyClerkWebhook')
  async applyClerkWebhook(request: ApplyClerkWebhookRequest): Promise<ApplyClerkWebhookResponse> {
    return {
      outcome: outcomes[await this.webhooks.apply(validRequest(signedWebhookSchema, request))],
    };
  }
}
