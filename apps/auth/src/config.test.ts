import { describe, expect, it } from '@jest/globals';
import { noMailServer } from '@modelbridge/mail/testing';
import { readConfig } from './config.js';

const env = {
  HTTP_PORT: '0',
  GRPC_PORT: '0',
  DATABASE_URL: 'postgres://127.0.0.1/auth',
  NATS_URL: 'nats://127.0.0.1',
  TLS_CA_FILE: '/ca',
  TLS_CERT_FILE: '/cert',
  TLS_KEY_FILE: '/key',
  TEAMS_GRPC: '127.0.0.1:1',
  BILLING_GRPC: '127.0.0.1:1',
  ROUTING_GRPC: '127.0.0.1:1',
  ...noMailServer,
  CLERK_SECRET_KEY: 'sk_live_x',
  CLERK_PUBLISHABLE_KEY: `pk_live_${Buffer.from('clerk.example.com$').toString('base64')}`,
  CLERK_WEBHOOK_SECRET: 'whsec_eA==',
  CLERK_AUTHORIZED_PARTIES: 'https://app.example.com',
};

describe('the configuration', () => {
  it('is read where all is there', () => {
    expect(readConfig(env)).toMatchObject({ CLERK_COMPARE_HOURS: 24 });
  });

  it.each(['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY', 'CLERK_WEBHOOK_SECRET'])(
    'stops the boot where %s is missing, empty or something else, names it and does not show it',
    (name) => {
      const { [name]: _, ...without } = env as Record<string, string>;
      expect(() => readConfig(without)).toThrow(`${name} is missing`);
      expect(() => readConfig({ ...env, [name]: '' })).toThrow(`${name} is empty`);
      const wrong = () => readConfig({ ...env, [name]: 'canary' });
      expect(wrong).toThrow(name);
      expect(wrong).not.toThrow('canary');
    },
  );

  it.each(['', 'app.example.com', 'https://app.example.com/path'])(
    'takes no %j for an origin of the web app',
    (CLERK_AUTHORIZED_PARTIES) => {
      expect(() => readConfig({ ...env, CLERK_AUTHORIZED_PARTIES })).toThrow(
        'CLERK_AUTHORIZED_PARTIES',
      );
    },
  );
});
