import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@modelbridge/contracts';
import { principals, rpcCallers } from '@modelbridge/contracts/access';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { ContentServiceClient } from '@modelbridge/contracts/retention.v1/content';
import { SupportGrantServiceClient } from '@modelbridge/contracts/retention.v1/support-grants';
import { ErasureServiceClient } from '@modelbridge/contracts/retention.v1/erasure';
import { ExportServiceClient } from '@modelbridge/contracts/retention.v1/export';
import { RightsServiceClient } from '@modelbridge/contracts/retention.v1/rights';
import { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { noMailServer } from '@modelbridge/mail/testing';
import { encode, seal } from '@modelbridge/sealed-content';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import { createService, type RunningService } from '@modelbridge/service-kit/process';
import { templateOf } from '@modelbridge/service-kit/testing';
import {
  callingAsAllowed,
  freePort,
  patienceMs,
  startTestService,
  testCertificates,
  testNats,
  type TestService,
} from '@modelbridge/testing-kit';
import { readConfig as authConfig } from '../../../apps/auth/src/config.js';
import { schema as authSchema } from '../../../apps/auth/src/schema.js';
import { authService } from '../../../apps/auth/src/service.js';
import { readConfig as billingConfig } from '../../../apps/billing/src/config.js';
import { schema as billingSchema } from '../../../apps/billing/src/schema.js';
import { billingService } from '../../../apps/billing/src/service.js';
import { readConfig as retentionConfig } from '../../../apps/retention/src/config.js';
import { schema as retentionSchema } from '../../../apps/retention/src/schema.js';
import { retentionService } from '../../../apps/retention/src/service.js';
import { contentOf } from '../../../apps/retention/src/testing/test-retention.js';
import { readConfig as teamsConfig } from '../../../apps/teams/src/config.js';
import { schema as teamsSchema } from '../../../apps/teams/src/schema.js';
import { teamsService } from '../../../apps/teams/src/service.js';
import { readConfig as ledgerConfig } from '../../../apps/usage-ledger/src/config.js';
import { schema as ledgerSchema } from '../../../apps/usage-ledger/src/schema.js';
import { usageLedgerService } from '../../../apps/usage-ledger/src/service.js';

const names = ['auth', 'billing', 'teams', 'usage-ledger', 'retention'] as const;

/** Stripe does not answer here. */
const stripe = {
  STRIPE_SECRET_KEY: 'sk_test_of_nobody',
  STRIPE_WEBHOOK_SECRET: 'whsec_of_nobody',
  STRIPE_API_BASE: 'http://127.0.0.1:1',
};

const billingSecrets = {
  NOTICE_LINK_SECRET: 'of nobody'.repeat(4),
  ACCOUNT_WEBHOOK_KEY: 'of nobody'.repeat(4),
};

/** Where retention keeps and signs. */
function vault() {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    KEYRING_DIR: mkdtempSync(join(tmpdir(), 'keyring-')),
    EXPORT_TOKEN_SECRET: 'of nobody'.repeat(4),
    RECEIPT_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Clerk is not asked here. */
const clerk = {
  CLERK_SECRET_KEY: 'sk_live_test',
  CLERK_PUBLISHABLE_KEY: `pk_live_${Buffer.from('clerk.example.com$').toString('base64')}`,
  CLERK_WEBHOOK_SECRET: 'whsec_dGVzdA==',
  CLERK_AUTHORIZED_PARTIES: 'http://127.0.0.1:1',
};

const options = {
  auth: (env: NodeJS.ProcessEnv) => authService(authConfig(env)),
  billing: (env: NodeJS.ProcessEnv) => billingService(billingConfig(env)),
  teams: (env: NodeJS.ProcessEnv) => teamsService(teamsConfig(env)),
  'usage-ledger': (env: NodeJS.ProcessEnv) => usageLedgerService(ledgerConfig(env)),
  retention: (env: NodeJS.ProcessEnv) => retentionService(retentionConfig(env)),
};

const schemas = {
  auth: authSchema,
  billing: billingSchema,
  teams: teamsSchema,
  'usage-ledger': ledgerSchema,
  retention: retentionSchema,
};

export type Services = Awaited<ReturnType<typeof startServices>>;

/**
 * The services that people ask, in this process, with clients of the caller that people have: the dashboard.
 * `billingEnv`: where billing finds what is outside, `mailEnv`: where mails go, to nobody by default.
 */
export async function startServices(
  billingEnv: Record<string, string> = {},
  mailEnv: Record<string, string> = {},
  authEnv: Record<string, string> = {},
) {
  const nats = await testNats();
  const certificates = await testCertificates(...principals);
  const ports = await Promise.all(names.map(() => freePort()));
  const addresses = Object.fromEntries(
    names.map((name, index) => [
      `${name.toUpperCase().replace('-', '_')}_GRPC`,
      `127.0.0.1:${ports[index]}`,
    ]),
  );
  const started = await Promise.all(
    names.map((name, index) =>
      startTestService({
        start: createService,
        name,
        options: options[name],
        database: templateOf(schemas[name]),
        nats,
        certificates,
        env: {
          ...addresses,
          // No call here names a model.
          ROUTING_GRPC: '127.0.0.1:1',
          ...(name === 'auth' && { ...clerk, ...authEnv }),
          ...(name === 'retention' && vault()),
          ...(name !== 'usage-ledger' && { ...noMailServer, ...mailEnv }),
          ...(name === 'billing' && { ...stripe, ...billingSecrets, ...billingEnv }),
          GRPC_PORT: String(ports[index]),
        },
      }),
    ),
  );
  const [auth, billing, teams, ledger, retention] = started as [
    Service,
    Service,
    Service,
    Service,
    Service,
  ];
  const people = {
    tls: auth.tlsOf('dashboard'),
    options: { timeoutMs: patienceMs, reason: 'a test' },
  };
  const clients = {
    'auth.v1.AuthService': grpcClient(
      AuthServiceClient,
      auth.grpcTarget,
      people.tls,
      people.options,
    ),
    'billing.v1.BillingService': grpcClient(
      BillingServiceClient,
      billing.grpcTarget,
      people.tls,
      people.options,
    ),
    'retention.v1.RightsService': grpcClient(
      RightsServiceClient,
      retention.grpcTarget,
      people.tls,
      people.options,
    ),
    'retention.v1.ContentService': grpcClient(
      ContentServiceClient,
      retention.grpcTarget,
      people.tls,
      people.options,
    ),
    'retention.v1.SupportGrantService': grpcClient(
      SupportGrantServiceClient,
      retention.grpcTarget,
      people.tls,
      people.options,
    ),
    'retention.v1.ErasureService': grpcClient(
      ErasureServiceClient,
      retention.grpcTarget,
      people.tls,
      people.options,
    ),
    'retention.v1.ExportService': grpcClient(
      ExportServiceClient,
      retention.grpcTarget,
      people.tls,
      people.options,
    ),
    'teams.v1.TeamsService': grpcClient(
      TeamsServiceClient,
      teams.grpcTarget,
      people.tls,
      people.options,
    ),
    'usage_ledger.v1.UsageLedgerService': grpcClient(
      UsageLedgerServiceClient,
      ledger.grpcTarget,
      people.tls,
      people.options,
    ),
  };
  /** Calls as operators and services do. */
  const operator = callingAsAllowed(rpcCallers['auth.v1.AuthService'], (caller) =>
    grpcClient(AuthServiceClient, auth.grpcTarget, auth.tlsOf(caller), people.options),
  );
  const gateway = grpcClient(
    ContentServiceClient,
    retention.grpcTarget,
    retention.tlsOf('gateway'),
    people.options,
  );
  return {
    clients,
    operator,
    /** Has retention keep a request that somebody made and an account pays for; its id. */
    say: async (userId: string, accountId: string): Promise<string> => {
      const binding = { accountId, userId, requestId: newId('request') };
      const now = new Date();
      const day = now.toISOString().slice(0, 10);
      const { key } = await gateway.getSealingKey({ userId, day });
      const sealed = seal(key, binding, encode(contentOf('said', now)));
      await gateway.storeContents({ contents: [{ ...binding, sealed, rawBytes: 4n }] });
      return binding.requestId;
    },
    app: { ledger: ledger.running.app, billing: billing.running.app, auth: auth.running.app },
    retention,
    addresses,
    certificates,
    close: async () => {
      for (const client of [...Object.values(clients), operator, gateway]) client.close();
      await Promise.all(started.map((service) => service.close()));
      await nats.stop();
    },
  };
}

type Service = TestService<RunningService>;
