import { uuidOf } from '@modelbridge/contracts';
import { ErasureState } from '@modelbridge/contracts/retention.v1/erasure';
import type { Stack } from '@modelbridge/launcher';
import { eventually } from '@modelbridge/testing-kit';
import { expect } from '@jest/globals';
import { query } from '../database.js';
import { fullAccount, type Subject } from './account.js';
import { Barrier, isBack, kill } from './barrier.js';
import { peopleClients, type PeopleClients } from './people-clients.js';
import { codeOf, confirmedErasure, endWindow, receiptOf, type Receipt } from './saga.js';
import { searchDatabases } from './search.js';
import { expectOnlyWhatStays } from './stays.js';

/** Where a service is killed: in a statement that changes a table, after all that it did before. */
type Step = readonly [service: string, table: string, statement: RegExp];

const duringTheRequest: Step[][] = [[['retention', 'erasure_mail', /^delete/i]]];
const duringTheConfirmation: Step[][] = [
  [['retention', 'erasure_mail', /^insert/i]],
  [['auth', 'app_user', /^update/i]],
];
/** Those of a group come at the same time. */
const duringTheErasure: Step[][] = [
  [['auth', 'deleted_clerk_user', /^insert/i]],
  [['retention', 'keyring_key', /destroying/]],
  [['retention', 'content', /^with gone/i]],
  [['retention', 'outbox', /^insert/i]],
  [
    ['billing', 'monthly_usage', /gone/i],
    ['usage-ledger', 'usage_daily', /gone|delete/i],
    ['teams', 'team_invitation', /^update/i],
  ],
  [['retention', 'erasure_part', /^insert/i]],
  [['auth', 'consent', /^delete/i]],
  [['retention', 'receipt', /^insert/i]],
];

/** An erasure whose services are killed at each of its steps ends with the receipt of one that nobody disturbs. */
export async function killedAtEachStep(stack: Stack): Promise<void> {
  const people = peopleClients(stack);
  try {
    const [calm, killed] = [await fullAccount(stack, people), await fullAccount(stack, people)];
    const calmId = await confirmedErasure(stack, people, calm);
    await endWindow(stack, calmId);
    const expected = await receiptOf(stack, calmId);
    const held = await varying(stack, killed);
    const erasureId = await confirmedAmongKills(stack, people, killed);
    await killedAt(stack, duringTheErasure, () => endWindow(stack, erasureId));
    const receipt = await receiptOf(stack, erasureId);
    expect(comparable(receipt)).toEqual(comparable(expected));
    expect(varyingOf(receipt)).toEqual(held);
    expectOnlyWhatStays(receipt, await searchDatabases(stack, killed.identifiers));
  } finally {
    people.close();
  }
}

async function confirmedAmongKills(
  stack: Stack,
  { erasures }: PeopleClients,
  { userId, email }: Subject,
): Promise<string> {
  const actorUserId = userId;
  const lost = (call: Promise<unknown>) => void call.catch(() => undefined);
  await killedAt(stack, duringTheRequest, () => lost(erasures.requestErasure({ actorUserId })));
  await eventually(() => erasures.requestErasure({ actorUserId }));
  const code = await codeOf(stack, email);
  const confirm = () => erasures.confirmErasure({ actorUserId, code });
  await killedAt(stack, duringTheConfirmation, () =>
    lost(confirm().catch(() => eventually(confirm))),
  );
  const { erasure } = await eventually(async () => {
    const found = await erasures.getErasure({ actorUserId });
    expect(found.erasure?.state).toBe(ErasureState.CONFIRMED);
    return found;
  });
  return erasure?.erasureId ?? '';
}

/** Kills each service where it stands before its barrier; the barriers of the next group stand by then. */
async function killedAt(stack: Stack, groups: Step[][], begin: () => unknown): Promise<void> {
  const before = (group: Step[] = []) =>
    Promise.all(
      group.map(async ([service, table, statement]) => ({
        service,
        barrier: await Barrier.before(stack, service.replace('-', '_'), table, statement),
      })),
    );
  let standing = await before(groups[0]);
  await begin();
  for (const [index] of groups.entries()) {
    const now = standing;
    for (const [place, { service, barrier }] of now.entries()) {
      await barrier.reached();
      if (place === 0) standing = await before(groups[index + 1]);
      const pid = kill(stack, service);
      await barrier.lift();
      await isBack(stack, service, pid);
    }
    await passTime(stack);
  }
}

/** What a process that was killed had taken is given to the next after a minute: as if that were over. */
async function passTime(stack: Stack): Promise<void> {
  const due = 'set due_at = now()';
  const asked = `update outbox ${due} where subject ~ 'eras'`;
  const waiting = `update erased_person ${due} where finished_at is null`;
  const taken: [database: string, statement: string][] = [
    ['retention', `update erasure ${due} where state in ('confirmed', 'erasing')`],
    ['retention', asked],
    ['auth', asked],
    ...['billing', 'usage_ledger', 'teams', 'auth'].map((one): [string, string] => [one, waiting]),
  ];
  for (const [database, statement] of taken) {
    // Not where somebody stands before the next barrier, and holds the row until then: they have taken it.
    await query(stack, database, `set lock_timeout = '500ms'; ${statement}`).catch(() => undefined);
  }
}

/** How many rows there are of what depends on the hour, and on how long the requests were apart. */
async function varying(stack: Stack, { userId, accountId }: Subject): Promise<object> {
  const [user, account] = [uuidOf('user', userId), uuidOf('account', accountId)];
  const count = async (database: string, sql: string) =>
    (await query<{ n: number }>(stack, database, `select (${sql})::int as n`, [user, account]))[0]
      ?.n;
  const sums = (whose: string) =>
    ['usage_minutely', 'usage_hourly', 'usage_daily']
      .map((table) => `(select count(*) from ${table} where ${whose})`)
      .join(' + ');
  return {
    sums: await count('usage_ledger', `${sums('account_id = $2 and user_id = $1')}`),
    teamSums: await count('usage_ledger', `${sums('account_id <> $2 and user_id = $1')}`),
    allowances: await count(
      'billing',
      `select count(*) from allowance where user_id = $1 and $2::uuid is not null`,
    ),
    counters: await count(
      'billing',
      `select count(*) from spend_counter where account_id = $2 and scope <> 'account' and $1::uuid is not null`,
    ),
  };
}

function varyingOf({ went }: Receipt): object {
  return {
    sums: went['usage-ledger']?.['sums'],
    teamSums: went['usage-ledger']?.['team_sums'],
    allowances: went['billing']?.['pseudonymised_allowances'],
    counters: went['billing']?.['counters'],
  };
}

function comparable({ went, stays }: Receipt): object {
  const vary = ['sums', 'team_sums', 'pseudonymised_allowances', 'counters'];
  const counts = Object.entries(went).map(([service, of]) => [
    service,
    Object.fromEntries(Object.entries(of).filter(([kind]) => !vary.includes(kind))),
  ]);
  return { went: Object.fromEntries(counts) as object, stays };
}
