import { rpcCallers } from '@modelbridge/contracts/access';
import { RoutingServiceClient } from '@modelbridge/contracts/routing.v1';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { templateOf } from '@modelbridge/service-kit/testing';
import {
  callingAsAllowed,
  patienceMs,
  startTestService,
  type TestDatabase,
  type TestService,
} from '@modelbridge/testing-kit';
import { readConfig } from '../config.js';
import { schema } from '../schema.js';
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
    callers: rpcCallers['routing.v1.RoutingService'],
    options: (env) => routingService(readConfig(env), options.catalog),
    database: options.database ?? templateOf(schema),
    env: options.env,
  });
  const client = callingAsAllowed(rpcCallers['routing.v1.RoutingService'], (caller) =>
    grpcClient(RoutingServiceClient, service.grpcTarget, service.tlsOf(caller), {
      timeoutMs: patienceMs,
      reason: 'a test',
    }),
  );
  return {
    service,
    client,
    close: async () => {
      client.close();
      await service.close();
    },
  };
}
