import { beforeAll, describe, expect, it } from '@jest/globals';
import { sandboxRequests } from '../gateway-api.js';
import { libraryClients, type Place } from '../library-clients.js';
import { createAccount } from '../operator.js';
import { stack } from './client-stack.js';

/** One for each kind of upstream: Messages, Responses and chat, chat alone. */
const models = ['claude-sonnet-4-6', 'gpt-5.4', 'kimi-k2.5'];

let penniless: string;

beforeAll(async () => {
  penniless = (await createAccount(stack, { balanceUsd: '0' })).apiKey;
});

describe.each(Object.entries(libraryClients))('%s', (_name, connect) => {
  const client = (apiKey = stack.apiKey) => connect({ url: stack.gateway, apiKey });

  describe.each(models)('%s', (model) => {
    it('answers, whole and streamed', async () => {
      const whole = await client().ask(model, 'hello');
      expect(whole).toMatch(/\w/);
      expect(await client().stream(model, 'hello')).toBe(whole);
    });

    it('runs a tool and goes on with all that was said', async () => {
      const places: Place[] = [];
      const text = await client().useTool(model, 'use the get_time tool', (called) => {
        places.push(called);
        return 'It is noon.';
      });
      expect(places).toEqual([{ city: expect.any(String) }]);
      expect(text).toMatch(/\w/);
      const last = JSON.stringify((await sandboxRequests(stack)).at(-1)?.body);
      expect(last).toContain('use the get_time tool');
      expect(last).toContain('It is noon.');
    });

    it('gives an object of the schema', async () => {
      expect(await client().object(model, 'where?')).toEqual({ city: expect.any(String) });
    });
  });

  it('shows what is wrong with a key and with a balance', async () => {
    const wrong = client('mb_wrong').ask('gpt-5.4', 'hello');
    await expect(wrong).rejects.toMatchObject({
      status: 401,
      message: expect.stringMatching(/key/),
    });
    const broke = client(penniless).ask('gpt-5.4', 'hello');
    await expect(broke).rejects.toMatchObject({
      status: 402,
      message: expect.stringMatching(/balance|limit/),
    });
  });
});
