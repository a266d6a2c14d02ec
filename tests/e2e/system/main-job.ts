import { describe, expect, it } from '@jest/globals';
import { usageRequestCompleted } from '@modelbridge/contracts/events';
import { eventually } from '@modelbridge/testing-kit';
import { getJson, sandboxRequests, type UsageItem } from '../gateway-api.js';
import { messagesIn, withJetStream } from '../nats.js';
import { ask, credits, demoClient, usageOf } from './demo-caller.js';
import { stack } from './the-system.js';

/** USD per million tokens, as the vendors publish them: the oracle is not the catalog that is tested. */
const listPrices = {
  'gpt-5.4': { provider: 'openai', input: 2_500n, cacheRead: 250n, output: 15_000n },
  'kimi-k2.5': { provider: 'selfhosted', input: 600n, cacheRead: 100n, output: 3_000n },
  'claude-sonnet-4-6': { provider: 'anthropic', input: 3_000n, cacheRead: 300n, output: 15_000n },
} as const;
type ModelId = keyof typeof listPrices;
const models = Object.keys(listPrices) as ModelId[];

describe('the main job', () => {
  for (const model of models) {
    for (const streamed of [false, true]) {
      it(`${model}, ${streamed ? 'streamed' : 'whole'}: balance, ledger row, charge and the provider's own count agree to the nano-dollar`, async () => {
        const before = await credits();
        const reply = await ask(model, streamed, `Say hello to ${model}. ${streamed}`);
        expect(reply.text.length).toBeGreaterThan(0);
        expect(reply.finish).toBe('stop');

        const [received] = await sandboxRequests(stack);
        const counted = received?.usage;
        if (!counted) throw new Error('the sandbox received nothing');
        const price = listPrices[model];
        const cost =
          BigInt(counted.inputTokens) * price.input +
          BigInt(counted.cacheReadTokens) * price.cacheRead +
          BigInt(counted.outputTokens) * price.output;

        const row = await usageOf(reply.id);
        expect(row).toMatchObject({
          id: reply.id,
          model,
          provider: price.provider,
          input_tokens: counted.inputTokens,
          cache_read_tokens: counted.cacheReadTokens,
          cache_write_tokens: 0,
          output_tokens: counted.outputTokens,
          cost_nano_usd: cost.toString(),
          user_id: stack.account.userId,
          team_id: null,
        });
        expect(reply.usage?.completion_tokens).toBe(counted.outputTokens);
        expect(reply.usage?.prompt_tokens).toBe(counted.inputTokens + counted.cacheReadTokens);

        await eventually(async () => {
          const after = await credits();
          expect(BigInt(before.balance_nano_usd) - BigInt(after.balance_nano_usd)).toBe(cost);
          expect(BigInt(after.spent_nano_usd) - BigInt(before.spent_nano_usd)).toBe(cost);
          expect(BigInt(after.available_nano_usd)).toBe(
            BigInt(after.balance_nano_usd) - BigInt(after.held_nano_usd),
          );
        });
      });
    }
  }

  it('charges once for a usage event that is delivered twice', async () => {
    const before = await credits();
    const { id } = await ask('kimi-k2.5', false, 'once only');
    const { cost_nano_usd: cost } = await usageOf(id);
    const settled = await eventually(async () => {
      const now = await credits();
      expect(BigInt(now.spent_nano_usd)).toBe(BigInt(before.spent_nano_usd) + BigInt(cost));
      return now;
    });
    await withJetStream(stack, async (jetstream) => {
      const messages = await messagesIn(jetstream, usageRequestCompleted.stream);
      const again = messages.filter((message) => message.includes(id));
      expect(again.length).toBeGreaterThan(0);
      for (const message of again) await jetstream.publish(usageRequestCompleted.subject, message);
    });
    // A later request passes behind the duplicate through the same consumers: when it is charged, so would it be.
    const later = await ask('kimi-k2.5', false, 'the one after');
    const { cost_nano_usd: laterCost } = await usageOf(later.id);
    await eventually(async () => {
      const spent = BigInt((await credits()).spent_nano_usd) - BigInt(settled.spent_nano_usd);
      expect([BigInt(laterCost), BigInt(laterCost) + BigInt(cost)]).toContain(spent);
      expect(spent).toBe(BigInt(laterCost));
    });
    const { data } = await getJson<{ data: UsageItem[] }>(stack, '/v1/usage?limit=100');
    expect(data.filter((item) => item.id === id)).toHaveLength(1);
  });

  it('lists own requests newest first, page by page, without gap or repetition', async () => {
    const asked: string[] = [];
    for (let index = 0; index < 5; index++) {
      const { id } = await ask('glm-5', false, `page ${index}`);
      asked.push(id);
      await usageOf(id);
    }
    const listed: string[] = [];
    let path: string | null = '/v1/usage?limit=2';
    while (path !== null && listed.length < 5) {
      const page: {
        object: string;
        data: UsageItem[];
        has_more: boolean;
        next_cursor: string | null;
      } = await getJson(stack, path);
      expect(page.object).toBe('list');
      listed.push(...page.data.map(({ id }) => id));
      path = page.has_more ? `/v1/usage?limit=2&cursor=${page.next_cursor}` : null;
    }
    expect(listed.slice(0, 5)).toEqual(asked.reverse());
  });

  it('shows the key, its limits and the models with prices', async () => {
    const key = await getJson<Record<string, unknown>>(stack, '/v1/key');
    expect(key).toMatchObject({
      id: expect.stringMatching(/^key_/),
      account_id: expect.stringMatching(/^acct_/),
    });
    expect(Array.isArray(key.limits)).toBe(true);
    const listed = await demoClient().models.list();
    expect(listed.data.map(({ id }) => id)).toEqual(
      expect.arrayContaining([...models, 'claude-opus-4-6', 'glm-5']),
    );
  });

  it('sends the platform key upstream and nothing that names the caller', async () => {
    await ask('gpt-5.4', false, 'who am I');
    const [received] = await sandboxRequests(stack);
    const sent = JSON.stringify(received);
    expect(sent).not.toContain(stack.apiKey);
    expect(sent).not.toContain(stack.account.userId);
    expect(received?.headers['accept-encoding']).toBe('identity');
    expect(received?.body.store).toBe(false);
  });
});
