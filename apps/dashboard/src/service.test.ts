import { ConfigError } from '@modelbridge/service-kit/config';
import { createService } from '@modelbridge/service-kit/process';
import { startTestService } from '@modelbridge/testing-kit';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';
import { dashboardService } from './service.js';

describe('dashboard', () => {
  it('is ready, and its page may load nothing from elsewhere', async () => {
    const service = await startTestService({
      start: createService,
      name: 'dashboard',
      options: (env) => dashboardService(readConfig(env)),
    });
    try {
      expect((await fetch(`${service.httpUrl}/readyz`)).status).toBe(200);
      const page = await fetch(service.httpUrl);
      expect(page.headers.get('content-type')).toMatch('text/html');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    } finally {
      await service.close();
    }
  });

  it('does not start without a port, and names it', () => {
    expect(() => readConfig({})).toThrow(ConfigError);
    expect(() => readConfig({})).toThrow(/HTTP_PORT is missing/);
  });
});
