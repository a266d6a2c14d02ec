import { describe, expect, it } from '@jest/globals';
import { natsUsers } from '@modelbridge/contracts/access';
import { stateDirectory } from '../state/state-directory.js';
import { environmentOf, type StackContext } from './environment.js';
import { MAX_GATEWAYS, PORTS_USED, portsFrom } from './ports.js';
import { topology } from './topology.js';

function context(environment: Record<string, string>, gateways = 1): StackContext {
  return {
    ports: portsFrom(4000, gateways),
    state: stateDirectory('/state'),
    postgresUrl: 'postgres://postgres:p%40ss@127.0.0.1:4022/postgres',
    natsUrl: 'nats://u:p@127.0.0.1:4023',
    natsPasswords: Object.fromEntries(natsUsers.map((user) => [user, 'pw'])),
    volumes: { POSTGRES_VOLUME: '/state/postgres', JETSTREAM_VOLUME: '/state/nats' },
    sandboxKeys: { OPENAI_API_KEY: 'so', ANTHROPIC_API_KEY: 'sa', SELFHOSTED_API_KEY: 'ss' },
    clerkSecrets: { CLERK_SECRET_KEY: 'sk_live_s', CLERK_WEBHOOK_SECRET: 'whsec_s' },
    stripeSecrets: { STRIPE_SECRET_KEY: 'sk_test_s', STRIPE_WEBHOOK_SECRET: 'whsec_t' },
    mailSecrets: { SMTP_PASSWORD: 'p/w' },
    dashboardSecrets: { SESSION_SECRET: 's'.repeat(32) },
    billingSecrets: { NOTICE_LINK_SECRET: 'l'.repeat(32) },
    retentionSecrets: { RECEIPT_SIGNING_KEY: 'p', EXPORT_TOKEN_SECRET: 'e'.repeat(32) },
    gatewaySecrets: { IDEMPOTENCY_SECRET: 'i'.repeat(32), COMPACTION_SECRET: 'c'.repeat(32) },
    environment,
  };
}

function environments(variables: Record<string, string>): Record<string, Record<string, string>> {
  const stack = context(variables);
  return Object.fromEntries(
    topology(stack.ports).map((app) => [app.name, environmentOf(app, stack)]),
  );
}

describe('topology', () => {
  it('gives every listener a port of its own below the next stack', () => {
    const ports = portsFrom(4000, MAX_GATEWAYS);
    const used = [
      ...topology(ports).flatMap(({ httpPort, grpcPort, smtpPort }) => [
        ...[httpPort, grpcPort ?? 0, smtpPort ?? 0],
      ]),
      ports.postgres,
      ports.nats,
      ports.natsMonitoring,
    ].filter((port) => port !== 0);
    expect(new Set(used).size).toBe(used.length);
    expect(Math.max(...used)).toBeLessThan(4000 + PORTS_USED);
  });

  it('names one gateway plainly and several by number, on consecutive ports', () => {
    const gateways = (count: number) =>
      topology(portsFrom(4000, count))
        .filter(({ app }) => app === 'gateway')
        .map(({ name, httpPort }) => [name, httpPort]);
    expect(gateways(1)).toEqual([['gateway', 4000]]);
    expect(gateways(2)).toEqual([
      ['gateway-1', 4000],
      ['gateway-2', 4001],
    ]);
  });

  it('waits only for what is started before', () => {
    const started = new Set(['postgres', 'nats']);
    for (const app of topology(portsFrom(4000, 2))) {
      for (const name of app.waitsFor) expect(started).toContain(name);
      started.add(app.name);
    }
  });
});

describe('the environment of a process', () => {
  it('has its own database and certificate', () => {
    expect(environments({})['usage-ledger']).toMatchObject({
      HOST: '127.0.0.1',
      HTTP_PORT: '4053',
      GRPC_PORT: '4033',
      DATABASE_URL: 'postgres://postgres:p%40ss@127.0.0.1:4022/usage_ledger',
      NATS_URL: 'nats://usage-ledger:pw@127.0.0.1:4023',
      POSTGRES_VOLUME: '/state/postgres',
      JETSTREAM_VOLUME: '/state/nats',
      TLS_CA_FILE: '/state/certificates/ca.crt',
      TLS_CERT_FILE: '/state/certificates/usage-ledger.crt',
      TLS_KEY_FILE: '/state/certificates/usage-ledger.key',
      AUTH_GRPC: '127.0.0.1:4030',
      USAGE_LEDGER_GRPC: '127.0.0.1:4033',
    });
    expect(environments({})['gateway']).not.toHaveProperty('DATABASE_URL');
  });

  it('has its own user at NATS where it has one, and the URL as given at a NATS that is not ours', () => {
    const urls = (context: StackContext) =>
      Object.fromEntries(
        topology(context.ports).map((app) => [app.app, environmentOf(app, context)['NATS_URL']]),
      );
    const { sandbox, routing, dashboard, ...users } = urls(context({}));
    expect([sandbox, routing, dashboard]).toEqual([undefined, undefined, undefined]);
    for (const [user, url] of Object.entries(users)) {
      expect(url).toBe(`nats://${user}:pw@127.0.0.1:4023`);
    }
    const given = context({});
    delete given.natsPasswords;
    expect(urls(given)['auth']).toBe('nats://u:p@127.0.0.1:4023');
  });

  it('gives all gateways the same secrets, and nobody else', () => {
    const stack = context({}, 2);
    const values = Object.values(stack.gatewaySecrets);
    const knowing = topology(stack.ports).filter((app) =>
      values.some((value) => Object.values(environmentOf(app, stack)).includes(value)),
    );
    expect(environmentOf(knowing[0]!, stack)).toMatchObject(stack.gatewaySecrets);
    expect(knowing.map(({ name }) => name)).toEqual(['gateway-1', 'gateway-2']);
  });

  it('sends auth to the sandbox for people, and to Clerk where its secret key is set', () => {
    expect(environments({})['auth']).toMatchObject({
      CLERK_SECRET_KEY: 'sk_live_s',
      CLERK_API_URL: 'http://127.0.0.1:4021/clerk',
      CLERK_AUTHORIZED_PARTIES: 'http://127.0.0.1:4020',
    });
    const real = { CLERK_SECRET_KEY: 'sk_test_r', CLERK_PUBLISHABLE_KEY_FILE: '/pk' };
    const auth = environments(real)['auth'];
    expect(auth).toMatchObject(real);
    for (const name of ['CLERK_API_URL', 'CLERK_WEBHOOK_SECRET']) {
      expect(auth).not.toHaveProperty(name);
    }
    const knowing = Object.entries(environments(real)).filter(([, variables]) =>
      Object.values(variables).includes('sk_test_r'),
    );
    expect(knowing.map(([name]) => name)).toEqual(['auth']);
  });

  it('sends billing to the sandbox for money, and to Stripe where its secret key is set', () => {
    expect(environments({})['billing']).toMatchObject({
      STRIPE_SECRET_KEY: 'sk_test_s',
      STRIPE_WEBHOOK_SECRET: 'whsec_t',
      STRIPE_API_BASE: 'http://127.0.0.1:4021',
    });
    expect(environments({})['sandbox']).toMatchObject({
      SANDBOX_STRIPE_SECRET_KEY: 'sk_test_s',
      SANDBOX_STRIPE_WEBHOOK_SECRET: 'whsec_t',
      SANDBOX_STRIPE_APP_ORIGIN: 'http://127.0.0.1:4020',
      SANDBOX_STATE_DIR: '/state/sandbox',
    });
    const real = { STRIPE_SECRET_KEY: 'sk_live_r', STRIPE_WEBHOOK_SECRET_FILE: '/whsec' };
    const billing = environments(real)['billing'];
    expect(billing).toMatchObject(real);
    for (const name of ['STRIPE_API_BASE', 'STRIPE_WEBHOOK_SECRET']) {
      expect(billing).not.toHaveProperty(name);
    }
    const knowing = Object.entries(environments(real)).filter(([, variables]) =>
      Object.values(variables).includes('sk_live_r'),
    );
    expect(knowing.map(([name]) => name)).toEqual(['billing']);
  });

  it('sends mail to the mailbox of the sandbox, and to a mail server where one is set', () => {
    const senders = Object.entries(environments({})).filter(([, env]) => 'SMTP_URL' in env);
    expect(senders.map(([name]) => name).sort()).toEqual(['auth', 'billing', 'retention', 'teams']);
    for (const [, env] of senders) {
      expect(env).toMatchObject({
        SMTP_URL: 'smtp://modelbridge:p%2Fw@127.0.0.1:4025',
        APP_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      });
    }
    expect(environments({})['billing']).toHaveProperty('NOTICE_LINK_SECRET', 'l'.repeat(32));
    expect(environments({})['sandbox']).toMatchObject({
      SANDBOX_SMTP_PORT: '4025',
      SANDBOX_SMTP_USER: 'modelbridge',
      SANDBOX_SMTP_PASSWORD: 'p/w',
    });
    const real = { SMTP_URL_FILE: '/smtp', MAIL_FROM: 'a@example.com' };
    for (const name of ['auth', 'billing', 'retention', 'teams']) {
      expect(environments(real)[name]).toMatchObject(real);
      expect(environments(real)[name]).not.toHaveProperty('SMTP_URL');
    }
  });

  it('shows a provider key that the user set to the gateway alone', () => {
    const key = 'sk-canary';
    const all = environments({ OPENAI_API_KEY: key, OPENAI_BASE_URL: 'https://api.openai.com/v1' });
    const knowing = Object.keys(all).filter((name) => Object.values(all[name] ?? {}).includes(key));
    expect(knowing).toEqual(['gateway']);
  });

  it('takes over log settings and variables that begin with the own name, and nothing else', () => {
    const all = environments({ LOG_LEVEL: 'debug', GATEWAY_REGION: 'eu-west', AWS_SECRET: 'x' });
    expect(all['gateway']).toMatchObject({ LOG_LEVEL: 'debug', GATEWAY_REGION: 'eu-west' });
    expect(all['auth']).not.toHaveProperty('GATEWAY_REGION');
    for (const environment of Object.values(all))
      expect(environment).not.toHaveProperty('AWS_SECRET');
  });
});
