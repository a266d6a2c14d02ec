import type { AddressInfo } from 'node:net';
import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { SANDBOX_CONFIG, type SandboxConfig } from '../config.js';
import { DocumentsController } from './pages/documents.controller.js';
import { PagesController } from './pages/pages.controller.js';
import { PortalController } from './portal/portal.controller.js';
import { StripeAccount } from './stripe-account.js';
import { TestController } from './test.controller.js';

/** The SDK takes a host and no path: Stripe's own paths begin at the root of the sandbox. */
const prefix = '/v1';
const tickMs = 1_000;

@Module({
  controllers: [PagesController, DocumentsController, PortalController, TestController],
  providers: [
    {
      provide: StripeAccount,
      inject: [SANDBOX_CONFIG, HttpAdapterHost],
      useFactory: (config: SandboxConfig, { httpAdapter }: HttpAdapterHost) =>
        new StripeAccount(config, () => {
          const server = httpAdapter.getHttpServer() as { address(): AddressInfo };
          return `http://${config.HOST ?? '127.0.0.1'}:${server.address().port}`;
        }),
    },
  ],
})
export class StripeModule implements OnModuleInit, OnApplicationShutdown {
  private ticks: NodeJS.Timeout | undefined;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(StripeAccount) private readonly stripe: StripeAccount,
  ) {}

  async onModuleInit(): Promise<void> {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    const { routes, server } = this.stripe;
    await fastify.register(
      (scope, _options, done) => {
        // The bytes as they came: Stripe's forms are read here.
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) =>
          parsed(null, body),
        );
        for (const route of routes) {
          scope.route({
            method: route.method,
            url: `/${route.path}`,
            handler: (request, reply) => server.handle(route, request, reply),
          });
        }
        scope.setNotFoundHandler((request, reply) => server.handle(undefined, request, reply));
        done();
      },
      { prefix },
    );
    this.stripe.webhooks.start();
    this.ticks = setInterval(() => this.stripe.tick(), tickMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.ticks);
    await this.stripe.close();
  }
}
