import { describe, expect, it } from '@jest/globals';
import type { Answer, modelRoutes } from '@modelbridge/dashboard-api';
import { eventually } from '@modelbridge/testing-kit';
import { DashboardBrowser } from './browser.js';
import { signedIn, stack } from './dashboard-stack.js';

type Models = Answer<typeof modelRoutes.list>;

describe('the models', () => {
  it('are those of the catalog, priced to the pico-dollar, with where they are and how they do', async () => {
    const browser = await signedIn('models@example.com');
    const { items } = await eventually(async () => {
      const { status, body } = await browser.ask<Models>('GET', '/bff/models');
      expect(status).toBe(200);
      return body;
    });
    const claude = items.find(({ model_id }) => model_id === 'claude-opus-4-5');
    expect(claude).toMatchObject({
      name: 'Claude Opus 4.5',
      content: 'sealed_30_days',
      apis: ['messages'],
      input_modalities: ['text', 'image', 'file'],
      endpoints: [{ region: 'global', state: 'healthy' }],
    });
    expect(claude?.price.tiers[0]).toMatchObject({
      above_input_tokens: 0,
      input_pico_usd: '5000000',
      output_pico_usd: '25000000',
    });
    const open = items.find(({ model_id }) => model_id === 'kimi-k2.5');
    expect(open).toMatchObject({ content: 'never', provider: 'selfhosted' });
    // What a pool is called and where it is are nobody's business.
    expect(JSON.stringify(items)).not.toMatch(/https?:\/\//);
  });

  it('are told to who is signed in', async () => {
    const nobody = await new DashboardBrowser(stack).refused('GET', '/bff/models');
    expect(nobody).toMatchObject({ status: 401, body: { error: { code: 'signed_out' } } });
  });
});
