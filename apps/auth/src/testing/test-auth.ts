import { rpcCallers } from '@modelbridge/contracts/access';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import {
  callingAsAllowed,
  patienceMs,
  startTestService,
  type TestService,
} from '@modelbridge/testing-kit';
import { readConfig } from '../config.js';
import { authService } from '../service.js';

export interface TestAuth {
  service: TestService<RunningService>;
  client: PromisifiedClient<AuthServiceClient>;
  close(): Promise<void>;
}

/** The service with a database and a NATS server of its own, and a client that it trusts. */
export async function startTestAuth(): Promise<TestAuth> {
  const service = await startTestService({
    start: createService,
    name: 'auth',
    callers: rpcCallers['auth.v1.AuthService'],
    options: (env) => authService(readConfig(env)),
    database: true,
    nats: true,
  });
  const client = callingAsAllowed(rpcCallers['auth.v1.AuthService'], (caller) =>
    grpcClient(AuthServiceClient, service.grpcTarget, service.tlsOf(caller), {
      timeoutMs: patienceMs,
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
