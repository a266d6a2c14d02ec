import { providers } from '@modelbridge/contracts';
import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyError, FastifyInstance } from 'fastify';
import { ControlModule } from '../control/control.module.js';
import { FaultRules } from '../control/fault-rules.js';
import { RequestLog } from '../control/request-log.js';
import { keyVariableOf, SANDBOX_CONFIG, type SandboxConfig } from '../config.js';
import { MAX_BODY_BYTES } from '../bounds.js';
import { type ProviderApi, type ProviderRoute } from '../provider-api.js';
import { ProviderError } from '../provider-error.js';
import { ProviderServer } from './provider-server.js';
import { prefixOf, standIns } from './stand-ins.js';

/** Registers the providers' routes on Fastify itself: they read bytes and write the socket. */
@Injectable()
export class ProviderRoutes implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly faults: FaultRules,
    private readonly log: RequestLog,
    @Inject(SANDBOX_CONFIG) private readonly config: SandboxConfig,
  ) {}

  async onModuleInit(): Promise<void> {
    const { config } = this;
    const server = new ProviderServer(this.faults, this.log, config.SANDBOX_CHUNK_DELAY_MS);
    const apis = providers.flatMap((provider) =>
      standIns[provider](config[keyVariableOf(provider)]),
    );
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    for (const api of apis) {
      await fastify.register(
        (scope, _options, done) => {
          registerApi(scope, api, server);
          done();
        },
        { prefix: prefixOf(api) },
      );
    }
  }
}

function registerApi(scope: FastifyInstance, api: ProviderApi, server: ProviderServer): void {
  scope.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES } as const;
  scope.addContentTypeParser('*', options, (_request, body, parsed) => parsed(null, body));
  scope.setErrorHandler<FastifyError>((error, _request, reply) => {
    const refusal = new ProviderError(error.statusCode ?? 500, 'request_too_large', error.message);
    const requestId = api.newRequestId();
    return reply
      .code(refusal.status)
      .headers(api.headers(requestId))
      .send(api.renderError(refusal, requestId));
  });
  scope.setNotFoundHandler((request, reply) => server.handle(api, NO_ROUTE, request, reply));
  for (const route of api.routes) {
    scope.route({
      method: route.method,
      url: route.path,
      bodyLimit: MAX_BODY_BYTES,
      handler: (request, reply) => server.handle(api, route, request, reply),
    });
  }
}

const NO_ROUTE: ProviderRoute = {
  method: 'GET',
  path: '*',
  answer: () => {
    throw new ProviderError(404, 'not_found_error', 'Not found');
  },
};

@Module({ imports: [ControlModule], providers: [ProviderRoutes] })
export class ProvidersModule {}
