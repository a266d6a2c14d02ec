import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { ops } from './ops.js';
import { captured, Refusal, StubStack } from './testing/stub-stack.js';

let stack: StubStack;
beforeAll(async () => {
  stack = await StubStack.start();
});
afterAll(() => stack.close());
beforeEach(() => {
  stack.answers.clear();
  stack.calls.length = 0;
});

const credits = { balanceNanoUsd: 0n, heldNanoUsd: 0n, availableNanoUsd: 0n, spentNanoUsd: 0n };
const [accountId, userId, keyId] = [newId('account'), newId('user'), newId('key')];

async function run(...args: string[]): Promise<{ code: number; answer: unknown }> {
  const { code, out } = await captured(() => ops(['--state', stack.state, ...args]));
  return { code, answer: JSON.parse(out) };
}
const create = (...more: string[]) =>
  run('key', 'create', '--account', accountId, '--user', userId, ...more);

describe('key create', () => {
  it('prints the new key of an account that exists', async () => {
    stack.answers.set('getCredits', () => credits);
    stack.answers.set('createKey', () => ({ key: { keyId }, apiKey: 'mb_live_secret' }));
    expect(await create('--name', 'ci')).toEqual({
      code: 0,
      answer: { keyId, apiKey: 'mb_live_secret' },
    });
    expect(stack.calls.at(-1)).toMatchObject(['createKey', { accountId, userId, name: 'ci' }]);
  });

  it('makes no key for an account that billing does not know', async () => {
    stack.answers.set('getCredits', () => {
      throw new Refusal('not_found', 'account_id');
    });
    expect(await create()).toMatchObject({
      code: 1,
      answer: { error: { code: 'not_found', field: 'account' } },
    });
    expect(stack.calls.map(([method]) => method)).toEqual(['getCredits']);
  });

  it('names the user who does not exist', async () => {
    stack.answers.set('getCredits', () => credits);
    stack.answers.set('createKey', () => {
      throw new Refusal('not_found', 'user_id');
    });
    expect(await create()).toMatchObject({
      code: 1,
      answer: {
        error: { code: 'not_found', field: 'user', message: expect.stringContaining(userId) },
      },
    });
  });
});

describe('key revoke', () => {
  it('prints when the key was revoked', async () => {
    const revokedAt = new Date('2026-03-04T05:06:07.000Z');
    stack.answers.set('revokeKey', () => ({ key: { keyId, revokedAt } }));
    expect(await run('key', 'revoke', '--id', keyId)).toEqual({
      code: 0,
      answer: { keyId, revokedAt: '2026-03-04T05:06:07.000Z' },
    });
  });

  it('names the key that does not exist', async () => {
    stack.answers.set('revokeKey', () => {
      throw new Refusal('not_found', 'key_id');
    });
    expect(await run('key', 'revoke', '--id', keyId)).toMatchObject({
      code: 1,
      answer: { error: { code: 'not_found', field: 'id' } },
    });
  });
});
