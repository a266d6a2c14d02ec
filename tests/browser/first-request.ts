import { describe, expect, it } from '@jest/globals';
import { settled, signedUpWindow } from './signed-in.js';
import { stack } from './browser-stack.js';

describe('somebody who is new', () => {
  it('accepts the terms, pays in by card, makes a key, sends a request and sees it', async () => {
    const { page } = await signedUpWindow('nova@example.com');
    const terms = page.getByRole('dialog');
    await terms.getByRole('checkbox', { name: /I accept/ }).click();
    await terms.getByRole('checkbox', { name: /18 or older/ }).click();
    await terms.getByRole('button', { name: 'Accept' }).click();
    await terms.waitFor({ state: 'hidden' });

    await page.goto('/app/billing');
    await settled(page);
    await page.getByRole('button', { name: 'Pay in' }).click();
    await page.getByRole('button', { name: 'Go to Stripe' }).click();
    await page.waitForURL(`${stack.sandbox}/**`);
    for (const [name, value] of Object.entries({
      email: 'nova@example.com',
      name: 'Nova',
      number: '4242 4242 4242 4242',
      expiry: '12/34',
      cvc: '123',
    })) {
      await page.locator(`[name="${name}"]`).fill(value);
    }
    await page.locator('form').getByRole('button').first().click();
    await page.waitForURL(`${stack.dashboard}/app/billing**`);
    await page.getByText('visa ending in 4242').first().waitFor();

    await page.goto('/app/keys?create=1');
    await page.getByLabel('Name').fill('first');
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    const shown = page.getByText(/^mb_live_/).first();
    await shown.waitFor();
    const apiKey = (await shown.textContent()) ?? '';
    const reply = await fetch(`${stack.gateway}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'glm-5', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect(reply.status).toBe(200);
    await reply.text();

    await page.goto('/app/activity');
    await settled(page);
    await page.getByText('glm-5').first().waitFor();
    await page.goto('/app/overview');
    await settled(page);
    await page.getByText('Spent today').waitFor();
  });
});
