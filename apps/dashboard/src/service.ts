import { httpBounds, type ServiceOptions } from '@modelbridge/service-kit/process';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';
import { requestId, secure } from './security/security.js';

/** The service as `main.ts` starts it and as the tests do. */
export function dashboardService(config: Config): ServiceOptions {
  const { bodyBytes: bodyLimit, requestTimeoutMs: requestTimeout } = httpBounds;
  return {
    name: 'dashboard',
    module: AppModule.forRoot(config),
    config,
    http: { adapter: new FastifyAdapter({ bodyLimit, requestTimeout, genReqId: requestId }) },
    beforeListen: (app) => secure(app, config),
  };
}
