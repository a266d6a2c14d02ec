import 'reflect-metadata';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ConfigError } from '@modelbridge/service-kit/config';
import { noMailServer } from '@modelbridge/mail/testing';
import { createService } from '@modelbridge/service-kit/process';
import { eventually, startTestService, testNats } from '@modelbridge/testing-kit';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';
import { retentionService } from './service.js';

describe('retention', () => {
  it('is ready on a real Postgres and NATS, and not before', async () => {
    const nats = await testNats();
    await nats.stop();
    const service = await startTestService({
      start: createService,
      name: 'retention',
      options: (env) => retentionService(readConfig(env)),
      database: true,
      env: {
        ...noMailServer,
        TEAMS_GRPC: '127.0.0.1:1',
        AUTH_GRPC: '127.0.0.1:1',
        BILLING_GRPC: '127.0.0.1:1',
        USAGE_LEDGER_GRPC: '127.0.0.1:1',
        EXPORT_TOKEN_SECRET: 'of nobody'.repeat(4),
        KEYRING_DIR: mkdtempSync(join(tmpdir(), 'keyring-')),
        RECEIPT_SIGNING_KEY: generateKeyPairSync('ed25519')
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      },
      nats,
    });
    try {
      expect((await fetch(`${service.httpUrl}/healthz`)).status).toBe(200);
      const answer = await fetch(`${service.httpUrl}/readyz`);
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain('nats');
      await nats.start();
      await eventually(async () =>
        expect((await fetch(`${service.httpUrl}/readyz`)).status).toBe(200),
      );
    } finally {
      await service.close();
      await nats.stop();
    }
  });

  it('does not start without its database, and names it', () => {
    expect(() => readConfig({ HTTP_PORT: '0' })).toThrow(ConfigError);
    expect(() => readConfig({ HTTP_PORT: '0' })).toThrow(/DATABASE_URL is missing/);
    expect(() => readConfig({ HTTP_PORT: '0', DATABASE_URL: '' })).toThrow(/DATABASE_URL is empty/);
    expect(() => readConfig({ HTTP_PORT: '0' })).toThrow(/RECEIPT_SIGNING_KEY is missing/);
  });
});
