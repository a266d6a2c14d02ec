import { beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../database.js';
import { createAccount, ops, type Account } from '../operator.js';
import { gateways, stack } from './the-system.js';

interface Made {
  id: string;
  api_key: string | null;
  code?: string;
}

let account: Account;
let apiKey: string;
beforeAll(async () => {
  account = await createAccount(stack, { balanceUsd: '1' });
  const { accountId, userId } = account;
  const of = ['--account', accountId, '--user', userId, '--name', 'manager'];
  ({ apiKey } = await ops<{ apiKey: string }>(
    stack,
    ...['key', 'create', ...of, '--kind', 'management'],
  ));
});

async function makeKey(gateway: string | undefined, name: string, header: string) {
  const reply = await fetch(`${gateway ?? stack.gateway}/v1/keys`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': header,
    },
    body: JSON.stringify({ name }),
  });
  const replayed = reply.headers.get('idempotency-replayed');
  return { status: reply.status, replayed, body: (await reply.json()) as Made };
}

describe('a write with an Idempotency-Key', () => {
  it('makes one key, whatever comes at once at four gateways, and shows its secret once', async () => {
    const ask = (each: number) => makeKey(stack.gateways?.[each % gateways], 'at once', 'e2e-1');
    const answers = await Promise.all(Array.from({ length: 24 }, (_, each) => ask(each)));
    const done = answers.filter(({ status }) => status === 201);
    expect(done.filter(({ body }) => body.api_key !== null)).toHaveLength(1);
    expect(new Set(done.map(({ body }) => body.id)).size).toBe(1);
    const others = answers.filter(({ status }) => status !== 201);
    expect(new Set(others.map(({ body }) => body.code))).not.toContain('already_exists');
    const rows = await query<{ name: string }>(
      stack,
      'auth',
      'select name from api_key where name = $1',
      ['at once'],
    );
    expect(rows).toHaveLength(1);
    const again = await makeKey(undefined, 'at once', 'e2e-1');
    expect(again).toMatchObject({
      status: 201,
      replayed: 'true',
      body: { id: done[0]?.body.id, api_key: null },
    });
    expect((await makeKey(undefined, 'another', 'e2e-1')).body.code).toBe('idempotency_key_reused');
    // Under another header it is another write.
    expect((await makeKey(undefined, 'at once', 'e2e-2')).body.code).toBe('already_exists');
  });
});
