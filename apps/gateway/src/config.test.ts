import { describe, expect, it } from '@jest/globals';
import { providerFacts, providers } from '@modelbridge/contracts';
import { readConfig } from './config.js';

const keys = Object.fromEntries(
  providers.map((provider) => [providerFacts[provider].keyVariable, 'k']),
);
const env = {
  HTTP_PORT: '4000',
  NATS_URL: 'nats://localhost',
  TLS_CA_FILE: 'ca.pem',
  TLS_CERT_FILE: 'cert.pem',
  TLS_KEY_FILE: 'key.pem',
  AUTH_GRPC: 'localhost:1',
  ROUTING_GRPC: 'localhost:2',
  BILLING_GRPC: 'localhost:3',
  USAGE_LEDGER_GRPC: 'localhost:4',
  TEAMS_GRPC: 'localhost:5',
  RETENTION_GRPC: 'localhost:6',
  SPOOL_DIR: '/spool',
  IDEMPOTENCY_SECRET: 'i'.repeat(32),
  COMPACTION_SECRET: 'c'.repeat(32),
  ...keys,
};

describe('the configuration', () => {
  it('has the key of every provider', () => {
    expect(readConfig(env)).toMatchObject(keys);
  });

  it.each(Object.keys(keys))('stops the boot and names %s when it is missing or empty', (name) => {
    expect(() => readConfig({ ...env, [name]: undefined })).toThrow(`${name} is missing`);
    expect(() => readConfig({ ...env, [name]: '' })).toThrow(`${name} is empty`);
  });
});
