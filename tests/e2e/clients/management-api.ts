import { describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { chat, chatOf, errorOf } from '../callers.js';
import { createAccount, ops } from '../operator.js';
import { stack } from './client-stack.js';

interface Answer<T> {
  status: number;
  body: T & { code?: string; param?: string };
}
interface ApiKey {
  id: string;
  api_key: string;
  disabled_at: string | null;
}
interface Page<T> {
  data: T[];
}

describe('the management API', () => {
  it('makes a key that calls models, is limited, watched, and ended', async () => {
    const account = await createAccount(stack, { balanceUsd: '5' });
    const made = await ops<{ apiKey: string }>(
      stack,
      ...['key', 'create', '--user', account.userId, '--account', account.accountId],
      ...['--name', 'manager', '--kind', 'management'],
    );
    const ask = async <T>(method: string, path: string, body?: object): Promise<Answer<T>> => {
      const answer = await fetch(stack.gateway + path, {
        method,
        headers: {
          authorization: `Bearer ${made.apiKey}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as Answer<T>['body'] };
    };

    const key = await ask<ApiKey>('POST', '/v1/keys', {
      name: 'ci',
      restrictions: { allowed_models: ['kimi-k2.5'], allowed_apis: ['chat_completions'] },
    });
    expect(key).toMatchObject({ status: 201, body: { name: 'ci', is_test: false } });
    expect(await ask('POST', '/v1/keys', { name: 'CI' })).toMatchObject({
      status: 409,
      body: { code: 'already_exists', param: 'name' },
    });
    const { id, api_key: apiKey } = key.body;
    const call = (model: string) =>
      chat(stack.gateway, apiKey, chatOf(20, { model }), { 'x-modelbridge-tags': 'project=atlas' });
    expect((await call('kimi-k2.5')).complete).toBe(true);
    expect((await call('glm-5')).status).toBe(403);

    await eventually(async () => {
      const today = new Date(Date.now() - 3_600_000).toISOString().slice(0, 13);
      const tomorrow = new Date(Date.now() + 3_600_000).toISOString().slice(0, 13);
      const spend = await ask<Page<{ group: string; cost_nano_usd: string }>>(
        'GET',
        `/v1/spend?from=${today}:00:00Z&to=${tomorrow}:00:00Z&granularity=hour&group_by=key`,
      );
      expect(spend.body.data.filter(({ group }) => group === id)).not.toEqual([]);
      const tagged = await ask<Page<{ group: string | null; requests: number }>>(
        'GET',
        `/v1/spend?from=${today}:00:00Z&to=${tomorrow}:00:00Z&group_by=tag&tag_name=project`,
      );
      expect(tagged.body.data).toEqual([expect.objectContaining({ group: 'atlas', requests: 1 })]);
    });
    const usage = await ask<Page<object>>('GET', `/v1/account/usage?key_id=${id}`);
    expect(usage.body.data).toEqual([
      expect.objectContaining({ model: 'kimi-k2.5', tags: { project: 'atlas' } }),
    ]);

    const limits = `/v1/keys/${id}/limits`;
    expect((await ask('PUT', `${limits}/day`, { limit_nano_usd: '1' })).status).toBe(409);
    expect((await ask('PUT', `${limits}/day`, { limit_nano_usd: '10000000' })).status).toBe(200);
    const shown = await ask<Page<{ scope: string; period: string }>>('GET', limits);
    expect(shown.body.data).toContainEqual(
      expect.objectContaining({ scope: 'key', period: 'day', limit_nano_usd: '10000000' }),
    );

    const rotated = await ask<ApiKey>('POST', `/v1/keys/${id}/rotate`, { grace_seconds: 600 });
    expect(rotated.body.api_key).not.toBe(apiKey);
    expect((await chat(stack.gateway, rotated.body.api_key, chatOf(20))).complete).toBe(true);

    expect((await ask('DELETE', `/v1/keys/${id}`)).status).toBe(200);
    for (const secret of [apiKey, rotated.body.api_key]) {
      await eventually(async () => {
        const refused = await chat(stack.gateway, secret, chatOf(20));
        expect([refused.status, errorOf(refused).code]).toEqual([401, 'invalid_api_key']);
      });
    }

    const log = await ask<Page<{ act: string; object_ids: string[] }>>('GET', '/v1/audit-log');
    const acts = log.body.data.filter(({ object_ids: ids }) => ids.includes(id));
    expect(acts.map(({ act }) => act)).toEqual(
      expect.arrayContaining(['key.created', 'key.rotated', 'key.revoked']),
    );
  });
});
