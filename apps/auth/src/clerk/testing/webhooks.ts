import { describe, expect, it } from '@jest/globals';
import { apiKeySha256 } from '@modelbridge/api-key';
import { CreateKeyRequest } from '@modelbridge/contracts/auth.v1';
import {
  authUserCreated,
  authUserDeleted,
  billingAccountOpened,
} from '@modelbridge/contracts/events';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { auth, clerk, database, address, signIn, refusal, apply, rows } from './clerk-auth.js';

describe('a webhook of Clerk', () => {
  it('makes and changes an account as the person is now, whatever it says', async () => {
    const [before, email] = [address(), address()];
    const id = clerk.add({ email: before, firstName: 'Ada', updatedAt: 1_000 });
    expect(await apply('user.created', { id })).toEqual({ outcome: 'WEBHOOK_OUTCOME_APPLIED' });
    clerk.people.set(id, { email, firstName: 'Ada L', updatedAt: 2_000 });
    await apply('user.updated', { id, first_name: 'a lie' });
    expect(await rows(id)).toEqual([{ email, name: 'Ada L', closed: false }]);
  });

  it('that comes in the wrong order or again leads to the same', async () => {
    const email = address();
    const id = clerk.add({ email, firstName: 'Ada' });
    const created = clerk.webhook('user.created', { id });
    await apply('user.updated', { id });
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => auth.client.applyClerkWebhook(created)),
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual([
      'WEBHOOK_OUTCOME_APPLIED',
      ...Array.from({ length: 4 }, () => 'WEBHOOK_OUTCOME_REPEATED'),
    ]);
    expect(await rows(id)).toEqual([{ email, name: 'Ada', closed: false }]);
  });

  it('whose answer about the person was overtaken changes nothing', async () => {
    const [email, later] = [address(), address()];
    const id = clerk.add({ email: later, updatedAt: 2_000 });
    await apply('user.updated', { id });
    clerk.people.set(id, { email, updatedAt: 1_000 });
    await apply('user.updated', { id });
    expect(await rows(id)).toMatchObject([{ email: later }]);
  });

  it('does not take an address that is not verified', async () => {
    const email = address();
    const id = clerk.add({ email });
    await signIn(id);
    clerk.people.set(id, { email: address(), verified: false, updatedAt: Date.now() });
    await apply('user.updated', { id });
    expect(await rows(id)).toMatchObject([{ email }]);
  });

  it('does not undo a name that was given here', async () => {
    const id = clerk.add({ email: address(), firstName: 'Ada' });
    const { userId } = await signIn(id);
    await auth.client.updateUser({
      actorUserId: userId,
      userId,
      name: 'Countess',
      preferences: undefined,
    });
    await apply('user.updated', { id });
    expect(await rows(id)).toMatchObject([{ name: 'Countess' }]);
  });

  it('is not taken while the address is still that of another, and is when it comes again', async () => {
    const email = address();
    const [ada, bob] = [clerk.add({ email }), clerk.add({ email: address() })];
    await signIn(ada);
    await signIn(bob);
    clerk.people.set(ada, { email: address(), updatedAt: Date.now() });
    clerk.people.set(bob, { email, updatedAt: Date.now() });
    const ofBob = clerk.webhook('user.updated', { id: bob });
    expect(await auth.client.applyClerkWebhook(ofBob).catch(rpcErrorFrom)).toMatchObject({
      code: 'aborted',
    });
    await apply('user.updated', { id: ada });
    expect(await auth.client.applyClerkWebhook(ofBob)).toEqual({
      outcome: 'WEBHOOK_OUTCOME_APPLIED',
    });
    expect(await rows(bob)).toMatchObject([{ email }]);
  });

  it('of a type that means nothing here is ignored', async () => {
    expect(await apply('organization.created', { id: 'org_1' })).toEqual({
      outcome: 'WEBHOOK_OUTCOME_IGNORED',
    });
  });

  it.each([
    ['more than 5 minutes old', { ageSeconds: 301 }, {}],
    ['more than 5 minutes ahead', { ageSeconds: -360 }, {}],
    ['with another body', {}, { body: Buffer.from('{"type":"user.deleted","data":{"id":"x"}}') }],
    ['with another id', {}, { svixId: 'msg_other' }],
    ['with a signature that is none', {}, { svixSignature: 'v1,AAAA' }],
    ['with a header that is none', {}, { svixId: 'msg\n1' }],
  ])('%s is refused', async (_, made, over) => {
    const webhook = clerk.webhook('user.deleted', { id: 'user_x' }, made);
    expect(
      await auth.client.applyClerkWebhook({ ...webhook, ...over }).catch(rpcErrorFrom),
    ).toMatchObject({ code: 'unauthenticated', details: { reason: 'webhook-not-verified' } });
  });

  it('has no effect where it cannot be asked about, and is not noted as seen', async () => {
    const id = clerk.add({ email: address() });
    const webhook = clerk.webhook('user.created', { id });
    clerk.outage = 429;
    const error = await auth.client.applyClerkWebhook(webhook).catch(rpcErrorFrom);
    clerk.outage = undefined;
    expect(error).toMatchObject({ code: 'unavailable' });
    await auth.client.applyClerkWebhook(webhook);
    expect(await rows(id)).toHaveLength(1);
  });
});

describe('a person who was deleted at Clerk', () => {
  it('is out at once: session, keys and new keys; their account is closed and it is said', async () => {
    const email = address();
    const id = clerk.add({ email });
    const { userId, accountId } = await signIn(id);
    await auth.consent(userId);
    const newKey = CreateKeyRequest.fromPartial({ userId, accountId, name: 'ci' });
    const { apiKey } = await auth.client.createKey(newKey);
    const heard: unknown[] = [];
    const consumer = auth.outside.messaging.consume(authUserDeleted, {
      durable: 'test__auth-user-deleted',
      handle: async (data) => void heard.push(data),
    });
    const token = clerk.token(id);
    clerk.people.delete(id);
    await apply('user.deleted', { id, deleted: true, object: 'user' });
    expect(await refusal(token)).toMatchObject({ details: { reason: 'user-deleted' } });
    expect(
      await auth.client.resolveKey({ keySha256: apiKeySha256(apiKey) }).catch(rpcErrorFrom),
    ).toMatchObject({ code: 'not_found' });
    expect(await auth.client.createKey(newKey).catch(rpcErrorFrom)).toMatchObject({
      code: 'not_found',
      field: 'user_id',
    });
    expect((await auth.client.getUser({ userId })).user?.closedAt).toBeInstanceOf(Date);
    await eventually(() => expect(heard).toContainEqual({ userId, accountId }));
    await consumer.stop();
  });

  it('is not revived by what comes late, also where the answer about them is older', async () => {
    const id = clerk.add({ email: address() });
    await signIn(id);
    let answer = (): void => undefined;
    clerk.held = new Promise((resolve) => (answer = resolve));
    const late = apply('user.updated', { id });
    await apply('user.deleted', { id, deleted: true });
    answer();
    expect(await late).toEqual({ outcome: 'WEBHOOK_OUTCOME_APPLIED' });
    await apply('user.created', { id });
    expect(await rows(id)).toMatchObject([{ closed: true }]);
  });

  it('before their account was made gets none', async () => {
    const id = clerk.add({ email: address() });
    await apply('user.deleted', { id, deleted: true });
    await apply('user.created', { id });
    expect(await refusal(clerk.token(id))).toMatchObject({ details: { reason: 'user-deleted' } });
    expect(await rows(id)).toEqual([]);
  });

  it('leaves the address to whoever has it next', async () => {
    const email = address();
    const id = clerk.add({ email });
    const { userId } = await signIn(id);
    await apply('user.deleted', { id, deleted: true });
    expect((await signIn(clerk.add({ email }))).userId).not.toBe(userId);
  });
});

describe('the billing account of a new person', () => {
  const waiting = (accountId: string): Promise<unknown[]> =>
    database.query('select from outbox where event_id = $1', [accountId]);

  it('is asked for until billing says that it is there', async () => {
    const { messaging } = auth.outside;
    const heard: unknown[] = [];
    const consumer = messaging.consume(authUserCreated, {
      durable: 'test__auth-user-created',
      handle: async (data) => void heard.push(data),
    });
    const { userId, accountId } = await signIn(clerk.add({ email: address() }));
    await eventually(() => expect(heard).toContainEqual({ userId, accountId, plan: 'free' }));
    expect(await waiting(accountId)).toHaveLength(1);
    await messaging.publish(billingAccountOpened, { accountId }, { id: accountId });
    await eventually(async () => expect(await waiting(accountId)).toEqual([]));
    await consumer.stop();
  });
});
