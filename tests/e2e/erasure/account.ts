import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { uuidOf } from '@modelbridge/contracts';
import { ConsentSource, CreateKeyRequest } from '@modelbridge/contracts/auth.v1';
import { LimitPeriod, LimitScope } from '@modelbridge/contracts/billing.v1';
import { ExportState } from '@modelbridge/contracts/retention.v1/export';
import { TeamRole } from '@modelbridge/contracts/teams.v1';
import type { Stack } from '@modelbridge/launcher';
import { eventually } from '@modelbridge/testing-kit';
import { expect } from '@jest/globals';
import { query } from '../database.js';
import { createAccount, ops } from '../operator.js';
import { signIn } from '../sandbox-clerk.js';
import type { PeopleClients } from './people-clients.js';

/** From where they call; elsewhere than Linux only one address of this machine can be called from. */
const callsFrom = process.platform === 'linux' ? '127.77.13.9' : undefined;

/** A person, and everything by which they could be found. */
export interface Subject {
  userId: string;
  accountId: string;
  email: string;
  /** One of their own account, one of a team's. */
  keys: { keyId: string; apiKey: string }[];
  teamId: string;
  teamAccountId: string;
  /** Texts that name them, by kind. */
  identifiers: Record<string, string[]>;
  stripeCustomer: string;
  clerkUserId: string;
}

type Made = Subject['keys'][number];

/** An account at Clerk with consents, and no more. */
export async function signedUp(stack: Stack, people: PeopleClients, email: string) {
  const { token } = await signIn(stack.sandbox, email);
  const { user } = await eventually(() => people.auth.verifySession({ token }));
  if (user === undefined) throw new Error('nobody signed in');
  const { userId, accountId } = user;
  const { policyVersion } = await people.auth.getCurrentPolicy({});
  await people.auth.recordConsents({
    ...{ userId, actorUserId: userId, policyVersion, termsAccepted: true, isAdult: true },
    source: ConsentSource.PERSON,
  });
  // billing hears of the account by an event.
  await eventually(() => people.billing.getCredits({ accountId, actorUserId: userId }));
  return { userId, accountId, token };
}

/** One request from the person's own address; what it cost is recorded and charged later. */
export async function ask(
  stack: Pick<Stack, 'gateway'>,
  apiKey: string,
  model: string,
  project: string,
): Promise<void> {
  const body = JSON.stringify({
    model,
    max_tokens: 20,
    messages: [{ role: 'user', content: 'Hello [[tokens=20]]' }],
  });
  const status = await eventually(
    () =>
      new Promise<number>((resolve, reject) => {
        const request = httpRequest(
          `${stack.gateway}/v1/chat/completions`,
          {
            method: 'POST',
            localAddress: callsFrom,
            agent: false,
            headers: {
              authorization: `Bearer ${apiKey}`,
              'content-type': 'application/json',
              'x-modelbridge-tags': `project=${project}`,
            },
          },
          (response) => {
            response.resume();
            response.on('end', () => {
              const code = response.statusCode ?? 0;
              // A key or money that the gateway has not heard of yet.
              if ([401, 402, 503].includes(code)) reject(new Error(`status ${code}`));
              else resolve(code);
            });
          },
        );
        request.on('error', reject);
        request.end(body);
      }),
  );
  expect(status).toBe(200);
}

/** Somebody who has used everything: keys, a team, usage, payments, stored content, notices, mails, an archive. */
export async function fullAccount(stack: Stack, people: PeopleClients): Promise<Subject> {
  const word = randomBytes(6).toString('hex');
  const email = `erased-${word}@example.com`;
  const { userId, accountId, token } = await signedUp(stack, people, email);
  const actorUserId = userId;
  await pay(stack, accountId);
  const team = await joinTeam(stack, people, { userId, email });
  const keys = await Promise.all(
    [accountId, team.accountId].map(async (account) => {
      const made = await people.auth.createKey(
        CreateKeyRequest.fromPartial({
          ...{ userId, actorUserId, accountId: account, name: `key-${word}` },
        }),
      );
      return { keyId: made.key?.keyId ?? '', apiKey: made.apiKey };
    }),
  );
  await people.billing.setLimit({
    ...{ accountId, actorUserId, scope: LimitScope.KEY, scopeId: keys[0]!.keyId },
    ...{ period: LimitPeriod.MONTH, limitNanoUsd: 5_000_000_000n },
  });
  await people.billing.setAccountWebhook({
    ...{ accountId, actorUserId, url: `http://127.0.0.1:1/of-${word}` },
  });
  const [own, ofTeam] = keys as [Made, Made];
  for (const model of ['gpt-5.4', 'kimi-k2.5']) {
    await ask(stack, own.apiKey, model, word);
    // What a team's requests are tagged with is the team's.
    await ask(stack, ofTeam.apiKey, model, 'of-the-team');
  }
  await kept(stack, { userId, accountId });
  await archive(people, { userId, accountId });
  await people.rights.createPrivacyRequest({ kind: 'other', purpose: '', actorUserId });
  await people.grants.createSupportGrant({
    ...{ requestIds: [], actorUserId, expiresAt: undefined },
    ...{ from: new Date(0), to: new Date(Date.now() + 3_600_000) },
  });
  const [{ customer } = { customer: '' }] = await query<{ customer: string }>(
    stack,
    'billing',
    'select customer_id as customer from stripe_customer where account_id = $1',
    [uuidOf('account', accountId)],
  );
  const [{ clerk } = { clerk: '' }] = await query<{ clerk: string }>(
    stack,
    'auth',
    'select clerk_user_id as clerk from app_user where id = $1',
    [uuidOf('user', userId)],
  );
  const publicIds = keys.map(({ apiKey }) => apiKey.split('_')[2] ?? '');
  return {
    ...{ userId, accountId, email, keys, stripeCustomer: customer, clerkUserId: clerk },
    ...{ teamId: team.teamId, teamAccountId: team.accountId },
    identifiers: {
      user: [userId, uuidOf('user', userId)],
      account: [accountId, uuidOf('account', accountId)],
      key: keys.flatMap(({ keyId }) => [keyId, uuidOf('key', keyId)]),
      secret: [
        ...keys.map(({ apiKey }) => apiKey),
        ...keys.map(({ apiKey }) => createHash('sha256').update(apiKey).digest('hex')),
      ],
      publicId: publicIds,
      keyHash: publicIds.map((id) => createHash('sha256').update(id).digest('hex')),
      address: [email],
      word: [word],
      clerk: [clerk],
      session: [token],
      stripe: [customer],
      ...(callsFrom !== undefined && { ip: [callsFrom] }),
    },
  };
}

/** Tops up with a card that is kept, by the page that a browser is sent to. */
async function pay(stack: Stack, accountId: string): Promise<void> {
  const of = ['--account', accountId];
  const { url } = await ops<{ url: string }>(stack, 'top-up', 'create', ...of, '--usd', '25');
  const form = { email: 'payer@example.com', name: 'Payer', number: '4242 4242 4242 4242' };
  const body = new URLSearchParams({ ...form, expiry: '12/34', cvc: '123' });
  const paid = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  expect(paid.status).toBe(303);
  await eventually(async () => {
    const { payments } = await ops<{ payments: object[] }>(stack, 'payment', 'list', ...of);
    expect(payments).toHaveLength(1);
  });
}

/** Of an owner of its own, who has invited them to one team that they joined and to one that they did not. */
async function joinTeam(
  stack: Stack,
  people: PeopleClients,
  { userId, email }: { userId: string; email: string },
): Promise<{ teamId: string; accountId: string; ownerUserId: string }> {
  const owner = await createAccount(stack, { balanceUsd: '1' });
  const actorUserId = owner.userId;
  const [team] = await Promise.all(
    ['one', 'other'].map(async (name, index) => {
      const made = (await people.teams.createTeam({ actorUserId, name })).team!;
      await eventually(() =>
        ops(stack, 'plan', 'set', '--account', made.accountId, '--plan', 'team'),
      );
      const invited = await people.teams.inviteMember({
        ...{ actorUserId, teamId: made.teamId, email, role: TeamRole.MEMBER },
      });
      const invitationId = invited.invitation?.invitationId ?? '';
      if (index === 0) await people.teams.acceptInvitation({ actorUserId: userId, invitationId });
      return made;
    }),
  );
  const { teamId, accountId } = team!;
  await ops(
    stack,
    ...['account', 'credit', '--account', accountId, '--usd', '50', '--reference', teamId],
  );
  return { teamId, accountId, ownerUserId: owner.userId };
}

/** Resolves when what the requests left is recorded, charged and stored. */
async function kept(
  stack: Stack,
  { userId }: { userId: string; accountId: string },
): Promise<void> {
  const user = [uuidOf('user', userId)];
  const counts: [database: string, sql: string, least: number][] = [
    ['usage_ledger', 'select count(*)::int as n from usage_request where user_id = $1', 4],
    [
      'billing',
      'select coalesce(sum(requests), 0)::int as n from monthly_usage where user_id = $1',
      4,
    ],
    ['retention', 'select count(*)::int as n from content where user_id = $1', 2],
  ];
  for (const [database, sql, least] of counts) {
    await eventually(async () => {
      const [row] = await query<{ n: number }>(stack, database, sql, user);
      expect([database, row?.n]).toEqual([database, least]);
    });
  }
}

async function archive(
  people: PeopleClients,
  { userId, accountId }: { userId: string; accountId: string },
): Promise<void> {
  const of = { accountId, actorUserId: userId };
  const made = await people.exports.createExport(of);
  const exportId = made.export?.exportId ?? '';
  await eventually(async () => {
    const found = await people.exports.getExport({ ...of, exportId });
    expect(found.export?.state).toBe(ExportState.READY);
  });
}
