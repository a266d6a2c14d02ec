import { RoutingServiceClient } from '@modelbridge/contracts/routing.v1';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import {
  patienceMs,
  startTestService,
  type TestDatabase,
  type TestService,
} from '@modelbridge/testing-kit';
import { readConfig } from '../config.js';
import { routingService } from '../service.js';

export interface TestRouting {
  service: TestService<RunningService>;
  client: PromisifiedClient<RoutingServiceClient>;
  close(): Promise<void>;
}

/** The service with a real database and a client that it trusts. */
export async function startTestRouting(
  options: { database?: TestDatabase; env?: NodeJS.ProcessEnv; catalog?: unknown } = {},
): Promise<TestRouting> {
  const service = await startTestService({
    start: createService,
    name: 'routing',
    options: (env) => routingService(readConfig(env), options.catalog),
    database: options.database ?? true,
    env: options.env,
  });
  const client = grpcClient(RoutingServiceClient, service.grpcTarget, service.callerTls, {
    timeoutMs: patienceMs,
  });
  return {
    service,
    client,
    close: async () => {
      client.close();
      await service.close();
    },
  };
}
