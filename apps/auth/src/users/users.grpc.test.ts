import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isId, newId } from '@modelbridge/contracts';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

describe('users', () => {
  it('get an id and a billing account of their own', async () => {
    const { user } = await auth.client.createUser({ email: ' Ada@example.com', name: 'Ada ' });
    expect(user).toMatchObject({ email: 'Ada@example.com', name: 'Ada' });
    expect(isId('user', user?.userId ?? '')).toBe(true);
    expect(isId('account', user?.accountId ?? '')).toBe(true);
    expect(await auth.client.getUser({ userId: user?.userId ?? '' })).toEqual({ user });
  });

  it('cannot share an address, whatever its case, even when they register at once', async () => {
    const spellings = Array.from({ length: 8 }, (_, i) =>
      i % 2 === 0 ? 'race@example.com' : 'Race@Example.COM',
    );
    const outcomes = await Promise.allSettled(
      spellings.map((email) => auth.client.createUser({ email, name: 'Racer' })),
    );
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [rpcErrorFrom(outcome.reason)] : [],
    );
    expect(refusals).toHaveLength(spellings.length - 1);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: 'already_exists', field: 'email' });
    }
  });

  it.each([
    [{ email: 'nobody', name: 'N' }, 'email', 'email must be an e-mail address'],
    [{ email: 'n@example.com', name: '' }, 'name', 'name is required'],
    [
      { email: 'n@example.com', name: 'N\u0000' },
      'name',
      'name must not contain control characters',
    ],
  ])('are refused as %j, naming the field', async (request, field, message) => {
    const error = await auth.client.createUser(request).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'invalid_argument', field, message });
  });

  it('that do not exist are not found', async () => {
    const error = await auth.client.getUser({ userId: newId('user') }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'not_found', field: 'user_id' });
  });
});
