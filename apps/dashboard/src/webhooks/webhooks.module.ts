import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AuthClient, BillingClient } from '../clients/clients.js';
import { webhookBodyBytes } from './bounds.js';
import { refusal, signedWebhook } from './clerk-webhook.js';
import { eventRefusal, signedEvent } from './stripe-webhook.js';
import { alertRefusal, feedback, signedAlert } from './secret-scanning-alert.js';

/** Hands webhooks on, byte for byte, to who can tell whether they are genuine. On Fastify itself: Nest parses bodies. */
@Injectable()
export class WebhookRoutes implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly auth: AuthClient,
    private readonly billing: BillingClient,
  ) {}

  async onModuleInit(): Promise<void> {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    await fastify.register(
      (scope, _options, done) => {
        scope.removeAllContentTypeParsers();
        const options = { parseAs: 'buffer', bodyLimit: webhookBodyBytes } as const;
        scope.addContentTypeParser('*', options, (_request, body, parsed) => parsed(null, body));
        scope.post('/clerk', { bodyLimit: webhookBodyBytes }, (request, reply) =>
          this.clerk(request, reply),
        );
        scope.post('/stripe', { bodyLimit: webhookBodyBytes }, (request, reply) =>
          this.stripe(request, reply),
        );
        scope.post('/github-secret-scanning', { bodyLimit: webhookBodyBytes }, (request, reply) =>
          this.leakedKeys(request, reply),
        );
        done();
      },
      { prefix: '/webhooks' },
    );
  }

  private async leakedKeys(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      const { findings } = await this.auth.reportLeakedKeys(
        signedAlert(request.headers, request.body),
      );
      return await reply.code(200).send(feedback(findings));
    } catch (error) {
      const { status, message } = alertRefusal(rpcErrorFrom(error));
      return reply.code(status).send({ error: { message } });
    }
  }

  private async stripe(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      await this.billing.applyStripeWebhook(signedEvent(request.headers, request.body));
      return await reply.code(204).send();
    } catch (error) {
      const { status, message } = eventRefusal(rpcErrorFrom(error));
      return reply.code(status).send({ error: { message } });
    }
  }

  private async clerk(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      await this.auth.applyClerkWebhook(signedWebhook(request.headers, request.body));
      return await reply.code(204).send();
    } catch (error) {
      const { status, message } = refusal(rpcErrorFrom(error));
      return reply.code(status).send({ error: { message } });
    }
  }
}

@Module({ providers: [WebhookRoutes] })
export class WebhooksModule {}
