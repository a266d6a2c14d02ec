import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { idFromUuid, newId } from '@modelbridge/contracts';
import {
  CreateKeyRequest,
  type ClaimWriteResponse,
  type EndWriteRequest,
  type User,
} from '@modelbridge/contracts/auth.v1';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';
import { WritesSweeper } from './writes-sweeper.service.js';

let auth: TestAuth;
let database: Database;
let owner: User;
let keyId: string;
beforeAll(async () => {
  auth = await startTestAuth();
  database = auth.service.running.app.get(Database);
  owner = await auth.userWithConsents('owner@example.com');
  keyId = (await createKey()).key!.keyId;
});
afterAll(() => auth.close());

const createKey = (given: Partial<CreateKeyRequest> = {}) => {
  const { userId, accountId } = owner;
  const name = randomUUID();
  return auth.client.createKey(CreateKeyRequest.fromPartial({ userId, accountId, name, ...given }));
};
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const claim = async (
  header: string,
  request = 'POST /v1/keys',
  ofKey = keyId,
): Promise<ClaimWriteResponse['outcome']> => {
  const { outcome } = await auth.client.claimWrite({
    keyId: ofKey,
    idempotencyKeyHash: digest(header),
    requestHmac: digest(request),
    requestId: newId('request'),
  });
  return outcome;
};
const own = (outcome: ClaimWriteResponse['outcome']): { writeId: string; attempt: number } => {
  if (outcome?.$case !== 'claimed') throw new Error(`not claimed, but ${outcome?.$case}`);
  return outcome.value;
};
const end = (write: { writeId: string; attempt: number }, how: EndWriteRequest['end']) =>
  auth.client.endWrite({ ...write, end: how });
const ended = {
  refused: { $case: 'refused', value: {} },
  unclear: { $case: 'unclear', value: {} },
} as const;
const answer = (value: string) => ({ $case: 'answer', value }) as const;
/** As if that much time had passed for the write. */
const age = (writeId: string, interval: string): Promise<number> =>
  database.execute(
    `update management_write set claimed_at = claimed_at - $2::interval,
       taken_until = taken_until - $2::interval where write_id = $1`,
    [writeId, interval],
  );

describe('a write under an Idempotency-Key', () => {
  it('is claimed by one of many that ask at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => claim('at once')));
    const cases = outcomes.map((outcome) => outcome?.$case);
    expect(cases.filter((name) => name === 'claimed')).toHaveLength(1);
    expect(cases.filter((name) => name === 'inProgress')).toHaveLength(15);
  });

  it('answers repetitions as it was answered, and another request not at all', async () => {
    const write = own(await claim('replayed'));
    await end(write, answer('{"id":"key_1"}'));
    const completed = { $case: 'completed', value: { answer: '{"id":"key_1"}' } };
    expect(await claim('replayed')).toEqual(completed);
    expect(await claim('replayed', 'another')).toEqual({ $case: 'mismatch', value: {} });
    await end(write, answer('{}'));
    await end(write, ended.refused);
    expect(await claim('replayed')).toEqual(completed);
  });

  it('is another one under another key', async () => {
    const { key } = await createKey();
    const writes = [await claim('shared'), await claim('shared', 'another', key!.keyId)].map(own);
    expect(writes[0]!.writeId).not.toBe(writes[1]!.writeId);
  });

  it('that is refused frees the header for any request', async () => {
    await end(own(await claim('refused')), ended.refused);
    expect(own(await claim('refused', 'another'))).toMatchObject({ attempt: 1 });
  });

  it('that may be done is tried again under the same id, by the same request only', async () => {
    const first = own(await claim('unclear'));
    await end(first, ended.unclear);
    expect(await claim('unclear', 'another')).toMatchObject({ $case: 'mismatch' });
    const second = own(await claim('unclear'));
    expect(second).toEqual({ writeId: first.writeId, attempt: 2 });
    // A refusal says nothing of what the first try has done.
    await end(second, ended.refused);
    expect(own(await claim('unclear'))).toEqual({ writeId: first.writeId, attempt: 3 });
  });

  it('is taken over from who says nothing for 30 seconds, and no earlier', async () => {
    const first = own(await claim('silent'));
    await age(first.writeId, '25 seconds');
    expect(await claim('silent')).toMatchObject({ $case: 'inProgress' });
    await age(first.writeId, '5 seconds');
    const second = own(await claim('silent'));
    expect(second).toEqual({ writeId: first.writeId, attempt: 2 });
    await end(first, answer('late'));
    expect(await claim('silent')).toMatchObject({ $case: 'inProgress' });
    await end(second, answer('in time'));
    expect(await claim('silent')).toMatchObject({ value: { answer: 'in time' } });
  });

  it('is forgotten after 24 hours, and no earlier', async () => {
    const first = own(await claim('old'));
    await end(first, answer('{}'));
    await age(first.writeId, '23 hours 59 minutes');
    expect(await claim('old', 'another')).toMatchObject({ $case: 'mismatch' });
    await age(first.writeId, '1 minute');
    expect(own(await claim('old', 'another')).writeId).not.toBe(first.writeId);
  });

  it('is swept out when it is forgotten', async () => {
    const [old, recent] = [own(await claim('swept')), own(await claim('kept'))];
    await age(old.writeId, '24 hours');
    await auth.service.running.app.get(WritesSweeper, { strict: false }).sweep();
    const left = await database.query<{ write_id: string }>(
      'select write_id from management_write where write_id = any($1)',
      [[old.writeId, recent.writeId]],
    );
    expect(left).toEqual([{ write_id: recent.writeId }]);
  });

  it('is refused by name where it is not well formed', async () => {
    const error = await auth.client
      .endWrite({ writeId: 'no uuid', attempt: 1, end: ended.refused })
      .catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'invalid_argument', field: 'write_id' });
  });
});

describe('what a write makes', () => {
  it('is one key, however often and at once it is tried', async () => {
    const id = idFromUuid('key', own(await claim('one key')).writeId);
    const name = 'tried often';
    const tries = await Promise.all(
      Array.from({ length: 8 }, () => createKey({ name, keyId: id })),
    );
    expect(new Set(tries.map(({ key }) => key?.keyId))).toEqual(new Set([id]));
    expect(tries.filter(({ apiKey }) => apiKey !== '')).toHaveLength(1);
    // Without the id the second is refused: its name is that of another key.
    expect(await createKey({ name }).catch(rpcErrorFrom)).toMatchObject({ code: 'already_exists' });
  });

  it('is no key of somebody else', async () => {
    const { key } = await createKey();
    const other = await auth.userWithConsents('other@example.com');
    const { userId, accountId } = other;
    const error = await createKey({ userId, accountId, keyId: key!.keyId }).catch(rpcErrorFrom);
    expect(error).toMatchObject({ code: 'already_exists', field: 'key_id' });
  });

  it('is one rotation: the secret before it keeps its grace period', async () => {
    const { key, apiKey } = await createKey();
    const rotation = { keyId: key!.keyId, graceSeconds: 600, rotationId: randomUUID() };
    const tries = await Promise.all([1, 2, 3].map(() => auth.client.rotateKey(rotation)));
    const shown = tries.map((tried) => tried.apiKey).filter((text) => text !== '');
    expect(shown).toHaveLength(1);
    const resolves = (text: string) =>
      auth.client
        .resolveKey({ keySha256: digest(text) })
        .then(({ key: found }) => found?.keyId)
        .catch(rpcErrorFrom);
    expect(await resolves(apiKey)).toBe(key!.keyId);
    expect(await resolves(shown[0]!)).toBe(key!.keyId);
    await auth.client.rotateKey({ ...rotation, rotationId: randomUUID() });
    expect(await resolves(apiKey)).toMatchObject({ code: 'not_found' });
  });
});
