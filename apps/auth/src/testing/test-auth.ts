import { TeamStandings } from '@modelbridge/access';
import { rpcCallers } from '@modelbridge/contracts/access';
import { AuthServiceClient, ConsentSource, type User } from '@modelbridge/contracts/auth.v1';
import { noMailServer } from '@modelbridge/mail/testing';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import {
  outsideMessaging,
  templateOf,
  type OutsideMessaging,
} from '@modelbridge/service-kit/testing';
import {
  callingAsAllowed,
  patienceMs,
  startTestService,
  testCertificates,
  type TestService,
} from '@modelbridge/testing-kit';
import { readConfig } from '../config.js';
import { schema } from '../schema.js';
import { authService } from '../service.js';
import { StubClerk } from './stub-clerk.js';
import { StubRouting } from './stub-routing.js';

export interface TestAuth {
  service: TestService<RunningService>;
  client: PromisifiedClient<AuthServiceClient>;
  clerk: StubClerk;
  routing: StubRouting;
  /** As other services have it. */
  outside: OutsideMessaging;
  /** Has a person accept the terms and confirm their age. */
  consent(userId: string): Promise<void>;
  /** A new user who may have keys. */
  userWithConsents(email: string): Promise<User>;
  close(): Promise<void>;
}

/** The service with a database, a NATS server, a Clerk and a routing of its own, and a client that it trusts. */
export async function startTestAuth(env: NodeJS.ProcessEnv = {}): Promise<TestAuth> {
  const clerk = await StubClerk.start();
  const callers = rpcCallers['auth.v1.AuthService'];
  const names = new Set(['auth', 'routing', ...Object.values(callers).flat()]);
  const certificates = await testCertificates(...names);
  const routing = await StubRouting.start(certificates['routing']!);
  const service = await startTestService({
    start: createService,
    name: 'auth',
    callers,
    certificates,
    options: (env) => authService(readConfig(env)),
    database: templateOf(schema),
    nats: true,
    env: {
      ...clerk.env,
      ...noMailServer,
      TEAMS_GRPC: '127.0.0.1:1',
      BILLING_GRPC: '127.0.0.1:1',
      ROUTING_GRPC: routing.target,
      ...env,
    },
  });
  // Nobody is in a team, unless a test says so.
  service.running.app.get(TeamStandings, { strict: false }).standingOf = () =>
    Promise.resolve(undefined);
  const outside = outsideMessaging(service.nats?.url ?? '');
  const client = callingAsAllowed(rpcCallers['auth.v1.AuthService'], (caller) =>
    grpcClient(AuthServiceClient, service.grpcTarget, service.tlsOf(caller), {
      timeoutMs: patienceMs,
      reason: 'a test',
    }),
  );
  const consent = async (userId: string): Promise<void> => {
    const { policyVersion } = await client.getCurrentPolicy({});
    await client.recordConsents({
      userId,
      policyVersion,
      termsAccepted: true,
      isAdult: true,
      source: ConsentSource.PERSON,
    });
  };
  return {
    service,
    client,
    clerk,
    routing,
    outside,
    consent,
    userWithConsents: async (email) => {
      const { user } = await client.createUser({ email, name: 'Somebody', plan: '' });
      if (user === undefined) throw new Error('no user');
      await consent(user.userId);
      return user;
    },
    close: async () => {
      client.close();
      await outside.close();
      await service.close();
      routing.stop();
      await clerk.close();
    },
  };
}
