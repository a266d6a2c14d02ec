import { setTimeout as delay } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { uuidOf } from '@modelbridge/contracts';
import { CreateKeyRequest } from '@modelbridge/contracts/auth.v1';
import type { Stack } from '@modelbridge/launcher';
import { Random } from '@modelbridge/soak';
import { eventually } from '@modelbridge/testing-kit';
import { expect } from '@jest/globals';
import { query } from '../database.js';
import { ops } from '../operator.js';
import { ask, fullAccount, signedUp } from './account.js';
import { isBack, kill } from './barrier.js';
import { peopleClients, type PeopleClients } from './people-clients.js';
import { confirmedErasure, endWindow, receiptOf, type Receipt } from './saga.js';
import { searchDatabases, searchFiles } from './search.js';
import { expectOnlyWhatStays } from './stays.js';

const services = ['retention', 'auth', 'billing', 'teams', 'usage-ledger'] as const;
const patience = 30 * 60_000;
/** One of so many has used everything; the others have a key, money and two requests. */
const fullEvery = 20;
const atOnce = 4;

interface Person {
  userId: string;
  accountId: string;
  email: string;
  identifiers: Record<string, string[]>;
}

/**
 * Erases many accounts: the first half while nobody disturbs, the second while services are killed at random; says how long
 * each took, and looks for all of them afterwards.
 */
export async function manyKilled(
  stack: Stack,
  { count, seed }: { count: number; seed: number },
): Promise<void> {
  const people = peopleClients(stack);
  const random = new Random(seed);
  try {
    const calm = await erased(stack, people, Math.ceil(count / 4), () => Promise.resolve());
    const killed = await erased(stack, people, count, (isOver) => disturb(stack, random, isOver));
    say('undisturbed', calm.times);
    say('killed', killed.times);
    const all = [...calm.people, ...killed.people];
    const identifiers = merged(all.map((person) => person.identifiers));
    const rows = await searchDatabases(stack, identifiers);
    // Each takes a while in all files.
    const words = {
      address: random
        .shuffled(all)
        .slice(0, 10)
        .map(({ email }) => email),
    };
    const { found, files, bytes } = await searchFiles(stack, words);
    expectOnlyWhatStays(killed.receipts[0]!, [...rows, ...found]);
    process.stdout.write(
      `${all.length} people are in no row, and in none of ${files} files (${bytes} bytes)\n`,
    );
  } finally {
    people.close();
  }
}

async function erased(
  stack: Stack,
  people: PeopleClients,
  count: number,
  meanwhile: (isOver: () => boolean) => Promise<void>,
): Promise<{ people: Person[]; times: number[]; receipts: Receipt[] }> {
  const all: Person[] = [];
  await inTurn(count, async (n) => {
    all.push(n % fullEvery === 0 ? await fullAccount(stack, people) : await plain(stack, people));
  });
  const ids: string[] = [];
  await inTurn(count, async (n) => void ids.push(await confirmedErasure(stack, people, all[n]!)));
  for (const id of ids) await endWindow(stack, id);
  let isOver = false;
  const disturbing = meanwhile(() => isOver);
  const receipts = await Promise.all(
    ids.map((id) => eventually(() => receiptOf(stack, id, patience), { intervalMs: 1_000 })),
  );
  isOver = true;
  await disturbing;
  const times = await query<{ ms: number }>(
    stack,
    'retention',
    `select (extract(epoch from done_at - executes_at) * 1000)::float8 as ms from erasure where id = any($1)`,
    [ids.map((id) => uuidOf('erasure', id))],
  );
  for (const { went } of receipts) {
    expect(went).toMatchObject({ auth: { people: 1, people_at_clerk: 1 } });
    expect(went['usage-ledger']?.['requests']).toBe(2);
    expect(went['retention']).toMatchObject({ author_secrets: 1, contents: expect.any(Number) });
  }
  return { people: all, times: times.map(({ ms }) => ms), receipts };
}

async function plain(stack: Stack, people: PeopleClients): Promise<Person> {
  const word = randomBytes(6).toString('hex');
  const email = `erased-${word}@example.com`;
  const { userId, accountId } = await signedUp(stack, people, email);
  await ops(
    stack,
    ...['account', 'credit', '--account', accountId, '--usd', '5', '--reference', accountId],
  );
  const made = await people.auth.createKey(
    CreateKeyRequest.fromPartial({ userId, actorUserId: userId, accountId, name: word }),
  );
  for (const model of ['gpt-5.4', 'kimi-k2.5']) await ask(stack, made.apiKey, model, word);
  await eventually(async () => {
    const [row] = await query<{ n: number }>(
      stack,
      'billing',
      'select coalesce(sum(requests), 0)::int as n from monthly_usage where user_id = $1',
      [uuidOf('user', userId)],
    );
    expect(row?.n).toBe(2);
  });
  const user = [userId, uuidOf('user', userId)];
  return { userId, accountId, email, identifiers: { user, address: [email], word: [word] } };
}

/** Kills one service after the other, at random moments, until it is over. */
async function disturb(stack: Stack, random: Random, isOver: () => boolean): Promise<void> {
  let kills = 0;
  while (!isOver()) {
    await delay(random.between(100, 3_000));
    const service = random.oneOf(services);
    const pid = await eventually(() => kill(stack, service));
    await isBack(stack, service, pid);
    kills += 1;
  }
  process.stdout.write(`${kills} services were killed\n`);
}

async function inTurn(count: number, act: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) await act(next++);
    }),
  );
}

function merged(all: Record<string, string[]>[]): Record<string, string[]> {
  const kinds = [...new Set(all.flatMap((one) => Object.keys(one)))];
  return Object.fromEntries(kinds.map((kind) => [kind, all.flatMap((one) => one[kind] ?? [])]));
}

function say(what: string, times: number[]): void {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  process.stdout.write(
    `${what}: ${sorted.length} erasures, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms\n`,
  );
}
