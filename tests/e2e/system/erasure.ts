import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { query } from '../database.js';
import { fullAccount, type Subject } from '../erasure/account.js';
import { atClerk, atStripe } from '../erasure/outside.js';
import { peopleClients, type PeopleClients } from '../erasure/people-clients.js';
import { confirmedErasure, endWindow, mailsTo, receiptOf, type Receipt } from '../erasure/saga.js';
import { searchDatabases, searchFiles } from '../erasure/search.js';
import { expectOnlyWhatStays } from '../erasure/stays.js';
import { findings, ops, verify } from '../operator.js';
import { stack } from './the-system.js';

describe('a person who has used everything and has their account erased', () => {
  let people: PeopleClients;
  let who: Subject;
  let receipt: Receipt;
  beforeAll(() => {
    people = peopleClients(stack);
  });
  afterAll(() => people?.close());

  it('confirms by the code of a mail, is told, and is erased in every service, at Clerk and at Stripe', async () => {
    who = await fullAccount(stack, people);
    // The control: a search that finds nothing now would prove nothing later.
    const before = await searchDatabases(stack, who.identifiers);
    expect(new Set(before.map(({ kind }) => kind))).toEqual(
      new Set([
        'user',
        'account',
        'key',
        'publicId',
        'secret',
        'keyHash',
        'address',
        'word',
        'clerk',
        'stripe',
      ]),
    );
    const erasureId = await confirmedErasure(stack, people, who);
    const refused = people.auth.verifySession({ token: who.identifiers['session']![0]! });
    expect(await refused.catch(rpcErrorFrom)).toMatchObject({ code: 'unauthenticated' });
    for (const { apiKey } of who.keys) {
      await eventually(async () => {
        const headers = { authorization: `Bearer ${apiKey}` };
        expect((await fetch(`${stack.gateway}/v1/key`, { headers })).status).toBe(401);
      });
    }
    // Within the window their data is as it was.
    expect(await searchDatabases(stack, { address: [who.email] })).not.toEqual([]);
    await endWindow(stack, erasureId);
    receipt = await receiptOf(stack, erasureId);
    expect(receipt.went).toMatchObject({
      retention: { contents: 2, author_secrets: 1, exports: 1, support_grants: 1 },
      billing: { webhooks: 1, limits: 1, card_details: 1, pseudonymised_accounts: 1 },
      'usage-ledger': { requests: 2, team_requests: 2 },
      teams: { memberships: 1, invitations: 2 },
      auth: { people: 1, keys: 2, consents: 1, people_at_clerk: 1 },
    });
    expect(await atClerk(stack, who.clerkUserId)).toBe(404);
    expect(await atStripe(stack, who.stripeCustomer)).toMatchObject({ deleted: true });
    await eventually(async () => {
      const subjects = (await mailsTo(stack, who.email)).map(({ subject }) => subject);
      expect(subjects[0]).toBe('Your account is erased');
    });
  });

  it('has a receipt in the chain, which anybody can check', async () => {
    const [row] = await query<{ receipt: string }>(
      stack,
      'retention',
      'select receipt from erasure where id = $1',
      [uuidOf('erasure', receipt.erasureId)],
    );
    const listed = await ops<{ receipts: { subject: string; facts: object }[] }>(
      stack,
      ...['receipt', 'list'],
    );
    const mine = listed.receipts.find(({ subject }) => subject === receipt.erasureId);
    expect(mine?.facts).toMatchObject({
      document_sha256: createHash('sha256').update(row!.receipt).digest('hex'),
    });
    const files = ['receipts', 'key'].map((name) => join(stack.state, `${name}.json`));
    writeFileSync(files[0]!, JSON.stringify(listed));
    writeFileSync(files[1]!, JSON.stringify(await ops<object>(stack, 'receipt', 'key')));
    const program = new URL('../../../tools/receipts/verify-receipts.mjs', import.meta.url);
    const checked = spawnSync(process.execPath, [program.pathname, ...files]);
    expect(checked.stdout.toString()).toContain(' 0 problems');
    expect(findings((await verify(stack)).output)['I8']).toMatchObject({ violations: 0 });
  });

  it('is found nowhere but where the receipt says', async () => {
    // The mail with the receipt goes last, and their address with it.
    await eventually(async () =>
      expect(await query(stack, 'retention', 'select from erasure_mail')).toEqual([]),
    );
    const rows = await searchDatabases(stack, who.identifiers);
    const { found, files, bytes } = await searchFiles(stack, who.identifiers);
    expectOnlyWhatStays(receipt, [...rows, ...found]);
    process.stdout.write(`erased: looked for in ${files} files, ${bytes} bytes, all databases\n`);
  });

  it('is found in a row and in a log line that were left over', async () => {
    const { identifiers } = who;
    const [user] = [uuidOf('user', who.userId)];
    await query(stack, 'teams', 'create table left_over (of bytea)');
    try {
      const id = Buffer.from(who.email);
      await query(stack, 'teams', 'insert into left_over values ($1)', [id]);
      const rows = await searchDatabases(stack, identifiers);
      expect(rows).toContainEqual({ place: 'teams.left_over', kind: 'address' });
      expect(() => expectOnlyWhatStays(receipt, rows)).toThrow('teams.left_over');
    } finally {
      await query(stack, 'teams', 'drop table left_over');
    }
    const log = 'logs/left-over.log';
    appendFileSync(join(stack.state, log), JSON.stringify({ user, to: who.email }));
    const { found } = await searchFiles(stack, { address: [who.email] }, ['logs']);
    expect(found).toEqual([{ place: log, kind: 'address' }]);
    expect(() => expectOnlyWhatStays(receipt, found)).toThrow(log);
  });
});
