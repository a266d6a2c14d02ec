import { noMailServer } from '@modelbridge/mail/testing';
import { ConfigError } from '@modelbridge/service-kit/config';
import { createService } from '@modelbridge/service-kit/process';
import { eventually, startTestService, testNats } from '@modelbridge/testing-kit';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';
import { teamsService } from './service.js';

describe('teams', () => {
  it('is ready on a real Postgres and NATS, and not before', async () => {
    const nats = await testNats();
    await nats.stop();
    const service = await startTestService({
      start: createService,
      name: 'teams',
      options: (env) => teamsService(readConfig(env)),
      database: true,
      env: {
        ...noMailServer,
        AUTH_GRPC: '127.0.0.1:1',
        BILLING_GRPC: '127.0.0.1:1',
        ROUTING_GRPC: '127.0.0.1:1',
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
  });
});
