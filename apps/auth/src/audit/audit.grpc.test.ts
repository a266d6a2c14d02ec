import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import {
  AuthServiceClient,
  CreateKeyRequest,
  type AuditEntry,
  type User,
} from '@modelbridge/contracts/auth.v1';
import type { StaffRole } from '@modelbridge/contracts/access';
import { billingActPerformed } from '@modelbridge/contracts/events';
import { Database } from '@modelbridge/service-kit/database';
import { grpcClient, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { encodeEvent } from '@modelbridge/service-kit/messaging';
import { eventually, patienceMs } from '@modelbridge/testing-kit';
import { startTestAuth, type TestAuth } from '../testing/test-auth.js';

let auth: TestAuth;
let people = 0;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const someone = (): Promise<User> => auth.userWithConsents(`audited-${++people}@example.com`);

/** Oldest first, without the reads of this log itself: these tests read as staff. */
async function entriesOf(log: string): Promise<AuditEntry[]> {
  const found: AuditEntry[] = [];
  let cursor = '';
  do {
    const page = await auth.client.listAuditEntries({ log, limit: 3, cursor });
    found.unshift(...page.entries.reverse());
    cursor = page.nextCursor;
  } while (cursor !== '');
  return found.filter(({ details }) => details['read'] !== 'audit_log');
}

const reported = (accountId: string | undefined) => ({
  idempotencyKey: newId('transaction'),
  accountId,
  act: 'role.changed',
  actorKind: 'person',
  actorId: newId('user'),
  objectIds: [newId('team')],
  details: { role: 'admin' },
  reason: '',
});

describe('the log of an account', () => {
  it('says what was done to it, by whom, and to what, in a chain', async () => {
    const { accountId, userId } = await someone();
    const { key } = await auth.client.createKey(
      CreateKeyRequest.fromPartial({ userId, accountId, name: 'K' }),
    );
    const keyId = key?.keyId ?? '';
    await auth.client.revokeKey({ keyId });
    await auth.client.revokeKey({ keyId });
    const entries = await entriesOf(accountId);
    expect(entries.map(({ act, objectIds }) => [act, objectIds])).toEqual([
      ['account.created', [userId]],
      ['consents.recorded', [userId]],
      ['key.created', [keyId, userId]],
      ['key.revoked', [keyId, userId]],
    ]);
    expect(entries.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n]);
    expect(entries.map(({ previousHash }) => Buffer.from(previousHash))).toEqual([
      Buffer.alloc(32),
      ...entries.slice(0, -1).map(({ hash }) => Buffer.from(hash)),
    ]);
    expect(entries.at(-1)).toMatchObject({ actorKind: 'staff', source: 'auth' });
    // What staff did is in its own log too, with the account.
    expect((await entriesOf('staff')).at(-1)).toMatchObject({
      act: 'key.revoked',
      objectIds: [accountId, keyId, userId],
    });
  });

  it('takes what other services did, once', async () => {
    const accountId = newId('account');
    const act = reported(accountId);
    await Promise.all([1, 2, 3].map(() => auth.client.recordAuditEntry(act)));
    const [entry, ...others] = await entriesOf(accountId);
    expect(others).toEqual([]);
    const { idempotencyKey: _, accountId: __, ...said } = act;
    expect(entry).toMatchObject({ ...said, source: 'teams', sequence: 1n });
  });

  it('keeps one chain when many write at once', async () => {
    const accountId = newId('account');
    await Promise.all(
      Array.from({ length: 20 }, () => auth.client.recordAuditEntry(reported(accountId))),
    );
    const sequences = (await entriesOf(accountId)).map(({ sequence }) => Number(sequence));
    expect(sequences).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(await auth.client.checkAuditLog({})).toMatchObject({ violations: 0n });
  });

  it.each([
    ['act', { act: 'tea.made' }],
    ['idempotency_key', { idempotencyKey: '' }],
    ['account_id', { accountId: 'acct_1' }],
    ['actor_kind', { actorKind: 'ghost' }],
    ['actor_id', { actorId: 'ada@example.com' }],
    ['object_ids', { objectIds: ['ada@example.com'] }],
    ['object_ids', { objectIds: Array.from({ length: 11 }, () => newId('key')) }],
    ['details', { details: { mail: 'ada@example.com' } }],
    ['details', { details: { role: 'x'.repeat(101) } }],
    ['reason', { reason: 'not of staff' }],
    ['reason', { actorKind: 'staff', reason: '' }],
    ['reason', { actorKind: 'staff', reason: 'ada@example.com asked' }],
    ['reason', { actorKind: 'staff', reason: 'lost mb_live_abc' }],
  ])('refuses a bad %s: %j', async (field, over) => {
    const request = { ...reported(newId('account')), ...over };
    expect(await auth.client.recordAuditEntry(request).catch(rpcErrorFrom)).toMatchObject({
      code: 'invalid_argument',
      field,
    });
  });

  it.each([
    ['log', { log: 'everybody' }],
    ['limit', { limit: 101 }],
    ['cursor', { cursor: 'key_1' }],
  ])('refuses a list with a bad %s', async (field, over) => {
    const request = { log: 'staff', limit: 0, cursor: '', ...over };
    expect(await auth.client.listAuditEntries(request).catch(rpcErrorFrom)).toMatchObject({
      field,
    });
  });
});

describe('staff', () => {
  const as = (role: StaffRole, reason?: string) =>
    grpcClient(AuthServiceClient, auth.service.grpcTarget, auth.service.tlsOf(`ops-${role}`), {
      timeoutMs: patienceMs,
      reason,
    });
  const asAdmin = (reason?: string) => as('admin', reason);

  // Written out, so that a line of the table that lets in too many is seen.
  it.each<[StaffRole, string[]]>([
    ['support', ['getKey', 'listKeys']],
    ['billing', ['getKey']],
    ['security', ['getKey', 'listKeys', 'disableKey', 'enableKey', 'revokeKey']],
    ['admin', ['getKey', 'listKeys', 'rotateKey', 'disableKey', 'enableKey', 'revokeKey']],
  ])('in the role %s does to a key no more than %j, whatever its reason', async (role, may) => {
    const { userId, accountId } = await someone();
    const newKey = CreateKeyRequest.fromPartial({ userId, accountId, name: 'K' });
    const { keyId } = (await auth.client.createKey(newKey)).key!;
    const before = (await entriesOf(accountId)).length;
    const staff = as(role, 'ticket 4713');
    const calls: Record<string, () => Promise<unknown>> = {
      getKey: () => staff.getKey({ keyId }),
      listKeys: () => staff.listKeys({ accountId, limit: 0, cursor: '' }),
      rotateKey: () => staff.rotateKey({ keyId, graceSeconds: 0 }),
      disableKey: () => staff.disableKey({ keyId }),
      enableKey: () => staff.enableKey({ keyId }),
      revokeKey: () => staff.revokeKey({ keyId }),
    };
    const done: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      const error = await call().then(() => undefined, rpcErrorFrom);
      if (error === undefined) done.push(name);
      else expect({ name, code: error.code }).toEqual({ name, code: 'permission_denied' });
    }
    staff.close();
    expect(done).toEqual(may);
    // What was refused has left nothing, and what was done has left an entry each.
    const actors = (await entriesOf(accountId)).slice(before).map(({ actorId }) => actorId);
    expect(actors.map((actor) => actor.split(':', 1)[0])).toEqual(may.map(() => role));
  });

  it.each([undefined, 'x', 'because ada@example.com said so'])(
    'that gives no good reason does nothing: %s',
    async (reason) => {
      const { userId, accountId } = await someone();
      const staff = asAdmin(reason);
      const key = CreateKeyRequest.fromPartial({ userId, accountId, name: 'K' });
      const page = { limit: 0, cursor: '' };
      const before = await entriesOf(accountId);
      for (const call of [
        staff.createKey(key),
        staff.getUser({ userId }),
        staff.getKey({ keyId: newId('key') }),
        staff.listKeys({ accountId, ...page }),
        staff.listAuditEntries({ log: accountId, ...page }),
      ]) {
        expect(await call.catch(rpcErrorFrom)).toMatchObject({
          code: 'invalid_argument',
          field: 'reason',
        });
      }
      expect(await entriesOf(accountId)).toEqual(before);
      // What shows nothing of anybody needs none.
      expect(await staff.getCurrentPolicy({})).toMatchObject({ policyVersion: expect.any(String) });
      staff.close();
    },
  );

  it('is in the log of the account and in its own, with role, credential and reason', async () => {
    const { userId, accountId } = await someone();
    const staff = asAdmin('ticket 4711, für Ada');
    await staff.getUser({ userId });
    staff.close();
    const said = {
      act: 'staff.accessed',
      actorKind: 'staff',
      actorId: expect.stringMatching(/^admin:[0-9a-f]{16}$/),
      reason: 'ticket 4711, für Ada',
    };
    expect((await entriesOf(accountId)).at(-1)).toMatchObject({ ...said, objectIds: [userId] });
    expect((await entriesOf('staff')).at(-1)).toMatchObject({
      ...said,
      objectIds: [accountId, userId],
    });
  });

  it('that looks at keys and logs is logged too, where there was something to see', async () => {
    const { userId, accountId } = await someone();
    const { accountId: empty } = await someone();
    const staff = asAdmin('ticket 4712');
    const page = { limit: 0, cursor: '' };
    await staff.listKeys({ accountId: empty, ...page });
    const newKey = CreateKeyRequest.fromPartial({ userId, accountId, name: 'K' });
    const { keyId } = (await staff.createKey(newKey)).key!;
    await staff.getKey({ keyId });
    await staff.listKeys({ accountId, ...page });
    await staff.listAuditEntries({ log: accountId, ...page });
    const { entries } = await staff.listAuditEntries({ log: accountId, ...page });
    const look = { act: 'staff.accessed', reason: 'ticket 4712' };
    expect(entries.slice(0, 3)).toMatchObject([
      { ...look, objectIds: [], details: { read: 'audit_log' } },
      { ...look, objectIds: [], details: { read: 'keys' } },
      { ...look, objectIds: [keyId], details: {} },
    ]);
    expect((await entriesOf(empty)).map(({ act }) => act)).not.toContain('staff.accessed');
    const own = { log: 'staff', limit: 1, cursor: '' };
    await staff.listAuditEntries(own);
    expect((await staff.listAuditEntries(own)).entries).toMatchObject([
      { ...look, objectIds: [], details: { read: 'audit_log' } },
    ]);
    staff.close();
  });
});

it('what billing says that it has done is logged once, however often it comes', async () => {
  const accountId = newId('account');
  const act = {
    accountId,
    act: 'limit.changed' as const,
    actor: { kind: 'staff' as const, id: 'billing:0123456789abcdef' },
    objectIds: [],
    details: { scope: 'account', period: 'month', limit_nano_usd: '5000' },
    reason: 'ticket 1',
  };
  const { messaging } = auth.outside;
  for (const store of ['first', 'again']) {
    // As after the loss of the store, which would have known the id.
    await messaging.publishRaw(
      billingActPerformed.subject,
      Buffer.from(encodeEvent(billingActPerformed, act, { id: 'fact-1' })),
      { id: store },
    );
  }
  await messaging.publish(billingActPerformed, { ...act, act: 'credit.added' }, { id: 'fact-2' });
  await eventually(async () =>
    expect((await entriesOf(accountId)).map((entry) => entry.act)).toEqual([
      'limit.changed',
      'credit.added',
    ]),
  );
  expect((await entriesOf(accountId))[0]).toMatchObject({
    source: 'billing',
    actorId: act.actor.id,
    details: act.details,
    reason: 'ticket 1',
  });
});

describe('the check', () => {
  let database: Database;
  let log: string;
  beforeEach(async () => {
    database = auth.service.running.app.get(Database);
    log = newId('account');
    for (let count = 0; count < 4; count += 1) await auth.client.recordAuditEntry(reported(log));
  });

  /** As somebody does who owns the database; then the log is gone, so that the other tests find whole chains. */
  async function afterwards(...statements: string[]): Promise<string[]> {
    await forging(...statements.map((text) => text.replaceAll('$log', `'${log}'`)));
    const { examples, violations } = await auth.client.checkAuditLog({});
    expect(violations > 0n).toBe(true);
    await forging(
      `delete from audit_entry where log = '${log}'`,
      `delete from audit_log where log = '${log}'`,
    );
    expect((await auth.client.checkAuditLog({})).violations).toBe(0n);
    return examples.map((example) => example.replace(`${log}: `, ''));
  }

  function forging(...statements: string[]): Promise<void> {
    return database.transaction(async (tx) => {
      await tx.execute("set local session_replication_role = 'replica'");
      for (const statement of statements) await tx.execute(statement);
    });
  }

  it.each([
    [
      'a changed row',
      [`update audit_entry set act = 'key.revoked' where log = $log and sequence = 2`],
      ['entry 2 was changed'],
    ],
    [
      'a dropped row',
      ['delete from audit_entry where log = $log and sequence = 2'],
      ['entry 2 is missing'],
    ],
    [
      'the newest dropped',
      ['delete from audit_entry where log = $log and sequence > 2'],
      ['entries 3 to 4 are missing'],
    ],
    ['all dropped', ['delete from audit_entry where log = $log'], ['entries 1 to 4 are missing']],
    [
      'two swapped',
      [
        'update audit_entry set sequence = 99 where log = $log and sequence = 2',
        'update audit_entry set sequence = 2 where log = $log and sequence = 3',
        'update audit_entry set sequence = 3 where log = $log and sequence = 99',
      ],
      [
        'entry 2 does not follow the entry before it',
        'entry 2 was changed',
        'entry 3 does not follow the entry before it',
        'entry 3 was changed',
        'entry 4 does not follow the entry before it',
      ],
    ],
    [
      'a newest entry of another',
      [`update audit_log set hash = decode(repeat('ab', 32), 'hex') where log = $log`],
      ['entry 4 is not the one that was written last'],
    ],
  ])('names %s (control)', async (_, statements, examples) => {
    expect(await afterwards(...statements)).toEqual(examples);
  });

  it.each([
    'update audit_entry set reason = reason',
    'delete from audit_entry',
    'truncate audit_entry cascade',
    'delete from audit_log',
    'update audit_log set entries = entries',
  ])('leaves little to name: the database refuses %s', async (statement) => {
    await expect(database.execute(statement)).rejects.toThrow('append-only');
  });
});
