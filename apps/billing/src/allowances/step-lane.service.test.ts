import { uuidOf } from '@modelbridge/contracts';
import { Erasures } from '@modelbridge/erasure';
import { Database } from '@modelbridge/service-kit/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountBook } from '../book/account-book.js';
import { AccountBooks } from '../book/account-books.service.js';
import { RunningBilling } from '../testing/running-billing.js';
import { StepLane, type StepJob } from './step-lane.service.js';

let billing: RunningBilling;
beforeAll(async () => {
  billing = await RunningBilling.start();
});
afterAll(() => billing.close());

async function accounts(count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const { accountId } = await billing.account(100n);
    ids.push(uuidOf('account', accountId));
  }
  return ids;
}

function lane(database: Database = billing.database): StepLane {
  return new StepLane(
    database,
    billing.part(AccountBooks),
    billing.part(Erasures),
    billing.clock.now,
  );
}

/** A step that holds 1 nano-USD of an account's balance. */
function holdOne(accountId: string, also: (book: AccountBook) => void = () => undefined): StepJob {
  return {
    request: () => ({ accountId }),
    run: (book) => {
      book.total.held += 1n;
      also(book);
      return { type: 'closed', released: 0n };
    },
  };
}

/** Asks for all steps at once: the first goes alone, the others wait for it and share a transaction. */
function outcomes(jobs: StepJob[], of: StepLane = lane()) {
  return Promise.allSettled(jobs.map((job) => of.answer(job)));
}

async function held(accountIds: string[]): Promise<bigint[]> {
  const rows = await billing.database.query<{ held: bigint }>(
    `SELECT held_nano_usd AS held FROM unnest($1::uuid[]) WITH ORDINALITY a (id, place)
     JOIN spend_counter ON account_id = a.id AND scope = 'account' AND period = 'total' ORDER BY place`,
    [accountIds],
  );
  return rows.map((row) => row.held);
}

describe('a lane of steps', () => {
  const poisons: [string, (book: AccountBook) => void][] = [
    [
      'the rules throw',
      () => {
        throw new Error('a fault in the rules');
      },
    ],
    ['more is taken than is free', (book) => void (book.total.held += 100n)],
    ['a counter was not loaded', (book) => void book.counters.set('stray', { ...book.total })],
    ['a value fits no column', (book) => void (book.total.held += 2n ** 63n)],
  ];

  it.each(poisons)('fails only the account for which %s', async (_, poison) => {
    const ids = await accounts(12);
    const bad = ids[7] ?? '';
    const answers = await outcomes(ids.map((id) => holdOne(id, id === bad ? poison : undefined)));
    const failed = ids.filter((_id, index) => answers[index]?.status === 'rejected');
    expect(failed).toEqual([bad]);
    expect(await held(ids)).toEqual(ids.map((id) => (id === bad ? 0n : 1n)));
  });

  it('answers the other steps of an account in their order', async () => {
    const [id = ''] = await accounts(1);
    const seen: bigint[] = [];
    const see = (book: AccountBook): void => void seen.push(book.total.held);
    const jobs = Array.from({ length: 9 }, () => holdOne(id, see));
    jobs[4] = holdOne(id, () => {
      throw new Error('a fault in the rules');
    });
    const answers = await outcomes(jobs);
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual(
      jobs.map((_, index) => index !== 4),
    );
    expect(await held([id])).toEqual([8n]);
    expect(seen.slice(-4)).toEqual([5n, 6n, 7n, 8n]);
  });

  it('fails a batch as a whole where the database is unavailable', async () => {
    const gone = await RunningBilling.start();
    const { database } = gone;
    await gone.close();
    let transactions = 0;
    const counting = Object.create(database, {
      transaction: {
        value: (work: Parameters<Database['transaction']>[0]) => {
          transactions += 1;
          return database.transaction(work);
        },
      },
    }) as Database;
    const jobs = Array.from({ length: 40 }, () => holdOne('00000000-0000-7000-8000-000000000000'));
    const answers = await outcomes(jobs, lane(counting));
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect(transactions).toBe(2);
  });
});
