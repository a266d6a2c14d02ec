import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiKeySha256 } from '@modelbridge/api-key';
import { newId } from '@modelbridge/contracts';
import { authKeyChanged } from '@modelbridge/contracts/events';
import { ConsentPurpose, ConsentSource, CreateKeyRequest } from '@modelbridge/contracts/auth.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const { PRODUCT_NEWS, SERVICE_STATISTICS, TERMS } = ConsentPurpose;

async function consentsOf(userId: string): Promise<Record<string, unknown>> {
  const { consents } = await auth.client.listConsents({ userId });
  return Object.fromEntries(consents.map((one) => [one.purpose, one]));
}

async function everyObjector(): Promise<string[]> {
  const found: string[] = [];
  let cursor = '';
  do {
    const page = await auth.client.listObjectors({ purpose: SERVICE_STATISTICS, limit: 2, cursor });
    found.push(...page.userIds);
    cursor = page.nextCursor;
  } while (cursor !== '');
  return found;
}

describe('a consent', () => {
  it('to mails of news is off until given, and the preference is the same thing', async () => {
    const { userId } = await auth.userWithConsents('news@example.com');
    expect((await consentsOf(userId))[PRODUCT_NEWS]).toMatchObject({ given: false });
    const { user } = await auth.client.updateUser({
      userId,
      actorUserId: userId,
      preferences: { theme: 'dark', lowBalanceEmail: true, productNewsEmail: true },
    });
    expect(user?.preferences?.productNewsEmail).toBe(true);
    expect((await consentsOf(userId))[PRODUCT_NEWS]).toMatchObject({
      given: true,
      source: ConsentSource.PERSON,
      decidedAt: expect.any(Date),
    });
    const withdrawal = { userId, actorUserId: userId, purpose: PRODUCT_NEWS, given: false };
    await auth.client.setConsent(withdrawal);
    await auth.client.setConsent(withdrawal);
    const { user: after } = await auth.client.getUser({ userId });
    expect(after?.preferences).toMatchObject({ theme: 'dark', productNewsEmail: false });
    const { entries } = await auth.client.listAuditEntries({
      log: after?.accountId ?? '',
      limit: 0,
      cursor: '',
    });
    const changes = entries.filter(({ act }) => act === 'consent.changed');
    expect(changes.map(({ details }) => details)).toEqual([
      { purpose: 'product_news', given: 'false' },
      { purpose: 'product_news', given: 'true' },
    ]);
  });

  it('to the terms ends with the account, and not before', async () => {
    const { userId } = await auth.userWithConsents('terms@example.com');
    const { policyVersion } = await auth.client.getCurrentPolicy({});
    expect((await consentsOf(userId))[TERMS]).toMatchObject({
      given: true,
      policyVersion,
      withdrawable: false,
    });
    const asked = { userId, actorUserId: userId, purpose: TERMS, given: false };
    expect(await auth.client.setConsent(asked).catch(rpcErrorFrom)).toMatchObject({
      code: 'failed_precondition',
      field: 'purpose',
      details: { reason: 'ends_with_account' },
    });
  });

  it.each([
    ['purpose', { purpose: ConsentPurpose.UNSPECIFIED }, 'invalid_argument'],
    ['user_id', { userId: newId('user') }, 'not_found'],
    ['user_id', { userId: 'ada' }, 'invalid_argument'],
  ])('is refused for a bad %s: %j', async (field, over, code) => {
    const asked = { userId: newId('user'), purpose: PRODUCT_NEWS, given: true, ...over };
    expect(await auth.client.setConsent(asked).catch(rpcErrorFrom)).toMatchObject({ code, field });
  });
});

describe('an objection to statistics', () => {
  it('is listed until it is taken back, and nobody else is', async () => {
    const people = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => auth.userWithConsents(`objector${n}@example.com`)),
    );
    const ids = people.map(({ userId }) => userId);
    for (const userId of ids) {
      await auth.client.setConsent({ userId, purpose: SERVICE_STATISTICS, given: false });
    }
    await auth.client.setConsent({ userId: ids[2]!, purpose: SERVICE_STATISTICS, given: true });
    await auth.client.restrictProcessing({ userId: ids[2]! });
    expect(await everyObjector()).toEqual([...ids].sort());
    await auth.client.liftRestriction({ userId: ids[2]! });
    expect(await everyObjector()).toEqual(ids.filter((_, i) => i !== 2).sort());
  });
});

describe('a restriction', () => {
  it('stops every key of the person and makes no new one, until it is lifted', async () => {
    const { userId, accountId } = await auth.userWithConsents('restricted@example.com');
    const named = (name: string) => CreateKeyRequest.fromPartial({ userId, accountId, name });
    const { key, apiKey } = await auth.client.createKey(named('one'));
    const keySha256 = apiKeySha256(apiKey);
    const disabledAt = async () => (await auth.client.resolveKey({ keySha256 })).key?.disabledAt;
    const changed: string[] = [];
    auth.outside.messaging.consume(authKeyChanged, {
      durable: 'test__auth-key-changed',
      handle: async ({ keyId }) => void changed.push(keyId),
    });
    expect(await disabledAt()).toBeUndefined();
    const { restrictedAt } = await auth.client.restrictProcessing({ userId });
    expect(await auth.client.restrictProcessing({ userId })).toEqual({ restrictedAt });
    expect(await disabledAt()).toEqual(restrictedAt);
    await eventually(() => expect(changed).toEqual([key?.keyId]));
    expect(await auth.client.createKey(named('two')).catch(rpcErrorFrom)).toMatchObject({
      code: 'failed_precondition',
      details: { reason: 'processing_restricted' },
    });
    // Enabling a key lifts nothing.
    await auth.client.enableKey({ keyId: key?.keyId ?? '' });
    expect(await disabledAt()).toEqual(restrictedAt);
    await auth.client.liftRestriction({ userId });
    await auth.client.liftRestriction({ userId });
    expect(await disabledAt()).toBeUndefined();
  });
});
