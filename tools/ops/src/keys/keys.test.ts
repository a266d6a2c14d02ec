import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { Key, KeyApi, KeyScope } from '@modelbridge/contracts/auth.v1';
import { GetCreditsResponse } from '@modelbridge/contracts/billing.v1';
import { stackOfFile } from '../testing/stack-of-file.js';
import { Refusal } from '../testing/stub-stack.js';

const { stack, run } = stackOfFile();

const credits = GetCreditsResponse.fromPartial({});
const [accountId, userId, keyId] = [newId('account'), newId('user'), newId('key')];

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

  it('is done by the credential of the role, for the reason that is given', async () => {
    stack.answers.set('getCredits', () => credits);
    stack.answers.set('createKey', () => ({ key: { keyId }, apiKey: 'mb_live_secret' }));
    await create();
    expect(stack.lastCaller).toEqual({ name: 'ops-admin', reason: 'on this machine' });
    await create('--as', 'support', '--reason', 'ticket 7');
    expect(stack.lastCaller).toEqual({ name: 'ops-support', reason: 'ticket 7' });
    const { ca, certificate, key } = stack.tlsOf('billing');
    const tls = ['--tls-ca', ca, '--tls-cert', certificate, '--tls-key', key];
    await create(...tls, '--as', 'billing');
    expect(stack.lastCaller).toEqual({ name: 'ops-billing', reason: '' });
    expect(await create(...tls, '--as', 'admin')).toMatchObject({
      code: 1,
      answer: { error: { code: 'invalid_argument', field: 'as' } },
    });
  });

  it('says so where the role may not do it', async () => {
    stack.answers.set('getCredits', () => credits);
    stack.answers.set('createKey', () => {
      throw new Refusal('permission_denied');
    });
    expect(await create('--as', 'support')).toMatchObject({
      code: 1,
      answer: {
        error: { code: 'permission_denied', field: 'as', message: expect.stringMatching(/role/) },
      },
    });
  });

  it('asks for what the flags say', async () => {
    stack.answers.set('getCredits', () => credits);
    stack.answers.set('createKey', () => ({ key: { keyId }, apiKey: 'mb_test_secret' }));
    const flags =
      '--kind test --expires 2030-01-01T00:00:00Z --models kimi,glm-5 --apis messages --never-stored-only yes --addresses 10.0.0.0/8,::1 --requests-per-minute 5';
    expect(await create(...flags.split(' '))).toMatchObject({ code: 0 });
    expect(stack.calls.at(-1)?.[1]).toMatchObject({
      isTest: true,
      expiresAt: new Date('2030-01-01T00:00:00Z'),
      restrictions: {
        allowedModels: ['kimi', 'glm-5'],
        allowedApis: [KeyApi.MESSAGES],
        neverStoredOnly: true,
        allowedAddresses: ['10.0.0.0/8', '::1'],
        requestsPerMinute: 5,
        tokensPerMinute: 0,
      },
    });
  });

  it.each([
    ['management', { scope: KeyScope.MANAGEMENT }],
    ['inference', { scope: KeyScope.INFERENCE }],
    ['test', { scope: KeyScope.INFERENCE, isTest: true }],
  ])('shows a key of the kind %s as one', async (kind, given) => {
    stack.answers.set('getKey', () => ({ key: { keyId, ...given } }));
    expect(await run('key', 'show', '--id', keyId)).toMatchObject({
      code: 0,
      answer: { keyId, kind },
    });
  });

  it.each([
    ['kind', 'other'],
    ['expires', 'tomorrow'],
    ['apis', 'images'],
    ['never-stored-only', 'maybe'],
    ['requests-per-minute', '-1'],
  ])('names --%s where it is %s, and calls nobody', async (flag, value) => {
    const field = flag.replaceAll('-', '_');
    expect(await create(`--${flag}`, value)).toMatchObject({
      code: 1,
      answer: { error: { code: 'invalid_argument', field } },
    });
    expect(stack.calls).toEqual([]);
  });

  it('names the flag of a field that auth refuses', async () => {
    stack.answers.set('getCredits', () => credits);
    for (const [code, field, flag] of [
      ['not_found', 'allowed_models', 'models'],
      ['not_found', 'allowed_addresses', 'addresses'],
      ['not_found', 'expires_at', 'expires'],
      ['failed_precondition', 'name', 'name'],
    ] as const) {
      stack.answers.set('createKey', () => {
        throw new Refusal(code, field);
      });
      expect(await create()).toMatchObject({ code: 1, answer: { error: { field: flag } } });
    }
  });

  it('names the model that does not exist', async () => {
    stack.answers.set('getCredits', () => credits);
    const refusedWith = async (details?: Record<string, string>) => {
      stack.answers.set('createKey', () => {
        throw new Refusal('invalid_argument', 'allowed_models', details);
      });
      return create('--models', 'kimi,gpt-99');
    };
    const refused = (message: string) => ({
      code: 1,
      answer: {
        error: {
          code: 'invalid_argument',
          field: 'models',
          message: expect.stringContaining(message),
        },
      },
    });
    expect(await refusedWith({ model: 'gpt-99' })).toMatchObject(refused('"gpt-99"'));
    expect(await refusedWith()).toMatchObject(refused('at most 100'));
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

describe('a key that exists', () => {
  const restrictions = { allowedModels: ['kimi'], allowedApis: [KeyApi.MESSAGES] };
  const key = Key.fromPartial({ keyId, name: 'ci', restrictions });

  it('is shown, and keeps in an update what no flag names', async () => {
    stack.answers.set('getKey', () => ({ key }));
    stack.answers.set('updateKey', () => ({ key }));
    expect(await run('key', 'show', '--id', keyId)).toMatchObject({
      answer: { keyId, name: 'ci', allowedModels: ['kimi'], allowedApis: ['messages'] },
    });
    await run('key', 'update', '--id', keyId, '--expires', 'never', '--apis', 'none');
    expect(stack.calls.at(-1)).toMatchObject([
      'updateKey',
      { keyId, removesExpiry: true, restrictions: { allowedModels: ['kimi'], allowedApis: [] } },
    ]);
  });

  it('is rotated, disabled and enabled', async () => {
    const disabledAt = new Date('2026-03-04T05:06:07.000Z');
    stack.answers.set('rotateKey', () => ({ key, apiKey: 'mb_live_new' }));
    stack.answers.set('disableKey', () => ({ key: { ...key, disabledAt } }));
    stack.answers.set('enableKey', () => ({ key }));
    const rotated = await run('key', 'rotate', '--id', keyId, '--grace-hours', '24');
    expect(rotated.answer).toEqual({ keyId, apiKey: 'mb_live_new', previousSecretUntil: null });
    expect(stack.calls.at(-1)).toMatchObject(['rotateKey', { keyId, graceSeconds: 86_400 }]);
    const disabled = await run('key', 'disable', '--id', keyId);
    expect(disabled.answer).toEqual({ keyId, disabledAt: disabledAt.toJSON() });
    const enabled = await run('key', 'enable', '--id', keyId);
    expect(enabled.answer).toEqual({ keyId, disabledAt: null });
    expect(await run('key', 'rotate', '--id', keyId, '--grace-hours', '169')).toMatchObject({
      answer: { error: { field: 'grace_hours' } },
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
