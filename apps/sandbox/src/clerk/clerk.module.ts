import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { SANDBOX_CONFIG, type SandboxConfig } from '../config.js';
import { BackendApiController } from './backend-api.controller.js';
import { ClerkInstance } from './clerk-instance.js';
import { FrontendApiController } from './frontend-api.controller.js';
import { PagesController } from './pages.controller.js';
import { TestController } from './test.controller.js';

const prefix = '/clerk/';
const plainJson = 'application/json';

@Module({
  controllers: [BackendApiController, FrontendApiController, PagesController, TestController],
  providers: [
    {
      provide: ClerkInstance,
      inject: [SANDBOX_CONFIG],
      useFactory: (config: SandboxConfig) => new ClerkInstance(config),
    },
  ],
})
export class ClerkModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(ClerkInstance) private readonly clerk: ClerkInstance,
  ) {}

  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    // The SDK calls a body that it does not send JSON, which Fastify refuses.
    fastify.addHook('onRequest', (request, _reply, done) => {
      const { headers, url } = request;
      const isEmpty =
        (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
      if (isEmpty && url.startsWith(prefix)) delete headers['content-type'];
      done();
    });
    // Clerk names no charset, which Fastify does; its SDK reads nothing else as JSON.
    fastify.addHook('onSend', (request, reply, payload, done) => {
      const isJson = String(reply.getHeader('content-type')).startsWith(plainJson);
      if (isJson && request.url.startsWith(prefix)) void reply.header('content-type', plainJson);
      done(null, payload);
    });
  }

  onApplicationShutdown(): void {
    this.clerk.webhooks.stop();
  }
}
