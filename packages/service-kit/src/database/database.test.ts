import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestDatabase } from '@modelbridge/testing-kit';
import { openDatabase } from '../testing/parts.js';
import { databaseErrorCode, type Database, type IsolationLevel } from './database.js';

describe('Database', () => {
  let database: Database;
  let server: TestDatabase;

  beforeAll(async () => {
    ({ database, server } = await openDatabase());
    await database.execute('create table balance (id integer primary key, amount bigint not null)');
    await database.execute('insert into balance values (1, 0), (2, 0)');
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  it('reads and writes int8 as bigint beyond what a double holds', async () => {
    const most = 9_223_372_036_854_775_807n;
    expect(await database.query('select $1::int8 as amount', [most])).toEqual([{ amount: most }]);
  });

  it('returns the rows of an update, and their number where only that is asked for', async () => {
    expect(
      await database.query('update balance set amount = amount where id < 3 returning id'),
    ).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await database.execute('update balance set amount = amount where id = 1')).toBe(1);
  });

  it('undoes a transaction that fails and runs nothing that waits for its commit', async () => {
    let committed = false;
    await expect(
      database.transaction(async (tx) => {
        tx.afterCommit(() => (committed = true));
        await tx.execute('update balance set amount = 5 where id = 1');
        throw new Error('failed');
      }),
    ).rejects.toThrow('failed');
    expect(committed).toBe(false);
    expect(await database.query('select amount from balance where id = 1')).toEqual([
      { amount: 0n },
    ]);
  });

  /** Two transactions that both read an amount before either adds one to it. */
  async function addTwiceAtOnce(
    isolation: IsolationLevel,
  ): Promise<{ amount?: bigint; attempts: number }> {
    let attempts = 0;
    await database.execute('update balance set amount = 0 where id = 2');
    const addOne = (): Promise<void> =>
      database.transaction(async (tx) => {
        const [row] = await tx.query<{ amount: bigint }>('select amount from balance where id = 2');
        attempts += 1;
        await eventually(() => expect(attempts).toBeGreaterThanOrEqual(2));
        await tx.execute('update balance set amount = $1 where id = 2', [(row?.amount ?? 0n) + 1n]);
      }, isolation);
    await Promise.all([addOne(), addOne()]);
    const [row] = await database.query<{ amount: bigint }>(
      'select amount from balance where id = 2',
    );
    return { amount: row?.amount, attempts };
  }

  it('runs a transaction again that Postgres gave up on, so that nothing is lost', async () => {
    expect(await addTwiceAtOnce('SERIALIZABLE')).toEqual({ amount: 2n, attempts: 3 });
    expect(await addTwiceAtOnce('READ COMMITTED')).toEqual({ amount: 1n, attempts: 2 });
  });

  it('does not repeat a transaction that failed for a reason of its own, and tells the reason', async () => {
    let attempts = 0;
    const failure: unknown = await database
      .transaction(async (tx) => {
        attempts += 1;
        await tx.execute('insert into balance values (1, 0)');
      })
      .catch((error: unknown) => error);
    expect(databaseErrorCode(failure)).toBe('23505');
    expect(attempts).toBe(1);
  });
});
