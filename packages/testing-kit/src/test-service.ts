import { callersIn } from './allowed-calls.js';
import { testCertificates, type TestTls } from './certificates.js';
import { testNats, type TestNats } from './nats.js';
import { testPostgres, type DatabaseTemplate, type TestDatabase } from './postgres.js';

interface Running {
  httpPort: number;
  grpcPort: number;
  close(): Promise<void>;
}

export interface TestServiceOptions<O, R extends Running> {
  /** service-kit's `createService`. */
  start: (options: O) => Promise<R>;
  name: string;
  /** The options that `main.ts` would make of this environment. */
  options: (env: NodeJS.ProcessEnv) => O;
  /** A database of its own: empty (`true`), cloned from a template, or one that the test already has. */
  database?: true | DatabaseTemplate | TestDatabase;
  /** A nats-server of its own (`true`), or one that the test shares between services: as the user of its name. */
  nats?: true | TestNats;
  /** Who may call each of its methods; a certificate is made for each. By default one caller, `test`. */
  callers?: Readonly<Record<string, readonly string[]>>;
  /** Certificates by service name, where several services are to trust each other. */
  certificates?: Record<string, TestTls>;
  /** Variables besides those of the kit, or over them. */
  env?: NodeJS.ProcessEnv;
}

export interface TestService<R extends Running> {
  running: R;
  httpUrl: string;
  /** `127.0.0.1:port` for `grpcClient`. */
  grpcTarget: string;
  /** The certificate of a caller; of one named `test` without a name. */
  tlsOf(caller?: string): TestTls;
  env: NodeJS.ProcessEnv;
  database?: TestDatabase;
  nats?: TestNats;
  /** Stops the service and the servers that were started for it. */
  close(): Promise<void>;
}

/** Boots a service in this process: real Postgres, NATS and mTLS, free ports, silent logs. */
export async function startTestService<O, R extends Running>(
  options: TestServiceOptions<O, R>,
): Promise<TestService<R>> {
  const certificates =
    options.certificates ??
    (await testCertificates(
      options.name,
      ...(options.callers ? callersIn(options.callers) : ['test']),
    ));
  const [database, nats] = await Promise.all([databaseFor(options), natsFor(options)]);
  const env: NodeJS.ProcessEnv = {
    HOST: '127.0.0.1',
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    LOG_LEVEL: 'silent',
    ...certificates[options.name],
    ...(database && { DATABASE_URL: database.url }),
    ...(nats && { NATS_URL: nats.urlOf(options.name) }),
    ...options.env,
  };
  const running = await options.start(options.options(env));
  return {
    running,
    httpUrl: `http://127.0.0.1:${running.httpPort}`,
    grpcTarget: `127.0.0.1:${running.grpcPort}`,
    tlsOf: (caller = 'test') => certificateOf(certificates, caller),
    env,
    database,
    nats,
    close: async () => {
      await running.close();
      if (options.database === true || isTemplate(options.database)) await database?.drop();
      if (options.nats === true) await nats?.stop();
    },
  };
}

function certificateOf(certificates: Record<string, TestTls>, name: string): TestTls {
  const found = certificates[name];
  if (found === undefined) throw new Error(`there is no certificate of ${name}`);
  return found;
}

async function databaseFor(
  options: Pick<TestServiceOptions<never, Running>, 'database'>,
): Promise<TestDatabase | undefined> {
  const { database } = options;
  if (database === undefined) return undefined;
  if (database === true) return testPostgres();
  return isTemplate(database) ? testPostgres(database) : database;
}

async function natsFor(
  options: Pick<TestServiceOptions<never, Running>, 'nats'>,
): Promise<TestNats | undefined> {
  return options.nats === true ? testNats() : options.nats;
}

function isTemplate(database: unknown): database is DatabaseTemplate {
  return typeof database === 'object' && database !== null && 'checksum' in database;
}
