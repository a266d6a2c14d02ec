import { readFile } from 'node:fs/promises';
import {
  Client,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type MethodDefinition,
  type ServiceError,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import {
  needsReason,
  showsAccount,
  rpcCallers,
  staffPrincipal,
  staffRoles,
  type StaffRole,
} from '@modelbridge/contracts/access';
import { AuthServiceService } from '@modelbridge/contracts/auth.v1';
import { BillingServiceService } from '@modelbridge/contracts/billing.v1';
import { RoutingServiceService } from '@modelbridge/contracts/routing.v1';
import { TeamsServiceService } from '@modelbridge/contracts/teams.v1';
import { UsageLedgerServiceService } from '@modelbridge/contracts/usage_ledger.v1';
import { testCertificates, type TestTls } from '@modelbridge/testing-kit';
import { callerAllowList } from './caller-allow-list.js';
import { clientCredentials } from './tls.js';

type Method = MethodDefinition<object, object>;
const definitions = {
  'auth.v1.AuthService': AuthServiceService,
  'billing.v1.BillingService': BillingServiceService,
  'routing.v1.RoutingService': RoutingServiceService,
  'teams.v1.TeamsService': TeamsServiceService,
  'usage_ledger.v1.UsageLedgerService': UsageLedgerServiceService,
} as unknown as Record<keyof typeof rpcCallers, Record<string, Method>>;
const callersOf: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = rpcCallers;
const services = Object.entries(definitions).map(([name, definition]) => ({
  name,
  callers: callersOf[name] ?? {},
  definition,
}));
const unaryMethods = services.flatMap(({ callers, definition }) =>
  Object.entries(definition)
    .filter(([, { responseStream }]) => !responseStream)
    .map(([name, method]) => ({ method, callers: callers[name] ?? [] })),
);

let server: Server;
let unguarded: Server;
let target: string;
let unguardedTarget: string;
let certificates: Record<string, TestTls>;
/** The services' own methods, with handlers that answer nothing. */
async function serve(server: Server): Promise<string> {
  for (const { definition } of services) {
    const handlers = Object.keys(definition).map((name) => [
      name,
      (_: unknown, callback: (error: null, answer: object) => void) => callback(null, {}),
    ]);
    server.addService(definition, Object.fromEntries(handlers) as UntypedServiceImplementation);
  }
  const [ca, cert, key] = await Promise.all(
    (['TLS_CA_FILE', 'TLS_CERT_FILE', 'TLS_KEY_FILE'] as const).map((file) =>
      readFile(certificates['auth']?.[file] ?? ''),
    ),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      '127.0.0.1:0',
      ServerCredentials.createSsl(ca ?? null, [{ cert_chain: cert!, private_key: key! }], true),
      (error, bound) => (error === null ? resolve(bound) : reject(error)),
    );
  });
  return `127.0.0.1:${port}`;
}

beforeAll(async () => {
  certificates = await testCertificates('auth', ...staffRoles.map(staffPrincipal));
  server = new Server({ interceptors: [callerAllowList(services, () => undefined)] });
  unguarded = new Server();
  [target, unguardedTarget] = await Promise.all([serve(server), serve(unguarded)]);
});
afterAll(() => {
  server.forceShutdown();
  unguarded.forceShutdown();
});

/** Of every method, whether staff in a role is refused it there. */
async function deniedTo(role: StaffRole, at: string): Promise<{ path: string; denied: boolean }[]> {
  const client = new Client(at, clientCredentials(certificates[staffPrincipal(role)]!), {
    'grpc.ssl_target_name_override': 'localhost',
  });
  const denied = await Promise.all(
    unaryMethods.map(async ({ method }) => ({
      path: method.path,
      denied: (await answerOf(client, method)) === status.PERMISSION_DENIED,
    })),
  );
  client.close();
  return denied;
}

describe.each(staffRoles)('staff in the role %s', (role: StaffRole) => {
  it('may call what the table says and is refused every other method', async () => {
    const denied = await deniedTo(role, target);
    expect(denied).toEqual(
      unaryMethods.map(({ method, callers }) => ({
        path: method.path,
        denied: !callers.includes(staffPrincipal(role)),
      })),
    );
  });

  it('would be refused nothing by a server without the list', async () => {
    const denied = await deniedTo(role, unguardedTarget);
    expect(denied.filter((method) => method.denied)).toEqual([]);
  });
});

function answerOf(client: Client, method: Method): Promise<status> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      method.path,
      // Nothing is read of a request that is refused, nor by these handlers.
      () => Buffer.alloc(0),
      () => ({}),
      {},
      new Metadata(),
      (error: ServiceError | null) => resolve(error?.code ?? status.OK),
    );
  });
}

test('every act that staff may do needs a reason, and plain reads do not', () => {
  const open = unaryMethods.filter(({ callers }) =>
    staffRoles.some((role) => callers.includes(staffPrincipal(role))),
  );
  const without = open.map(({ method }) => method.path).filter((path) => !needsReason(path));
  expect(without.filter((path) => !/\/(Get|List|Check|Resolve)\w+$/.test(path))).toEqual([]);
  for (const name of ['GetUser', 'GetKey', 'ListKeys', 'ListAuditEntries']) {
    expect(without).not.toContain(`/auth.v1.AuthService/${name}`);
  }
  for (const name of Object.keys(BillingServiceService).filter(showsAccount)) {
    expect(without).not.toContain(
      `/billing.v1.BillingService/${name.replace(/^./, (first) => first.toUpperCase())}`,
    );
  }
  expect(open.length).toBeGreaterThan(without.length);
});

test('no role of staff may call what answers with content', () => {
  const withContent = services.filter(({ name }) => name.startsWith('retention.'));
  const callers = withContent.flatMap((service) => Object.values(service.callers).flat());
  expect(callers.filter((caller) => caller.startsWith('ops-'))).toEqual([]);
});
