import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, testProxy, type TestDatabase } from '@modelbridge/testing-kit';
import { openDatabase, silentLogger } from '../testing/parts.js';
import { isDatabaseUnavailable } from './database-unavailable.js';
import {
  connectDatabase,
  Database,
  databaseBounds,
  postgresDataSource,
  type Tx,
} from './database.js';

describe('isDatabaseUnavailable', () => {
  let database: Database;
  let server: TestDatabase;

  beforeAll(async () => {
    ({ database, server } = await openDatabase());
    await database.execute('create table kept (id integer primary key)');
    await database.execute('insert into kept values (1)');
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  const failureOf = (work: (tx: Tx) => Promise<unknown>): Promise<unknown> =>
    database.transaction(work).then(
      () => {
        throw new Error('did not fail');
      },
      (error: unknown) => error,
    );

  const selfReference: Record<string, unknown> = {};
  selfReference['self'] = selfReference;

  it.each<[string, (tx: Tx) => Promise<unknown>]>([
    ['a constraint', (tx) => tx.execute('insert into kept values (1)')],
    ['a value that no column holds', (tx) => tx.query('select $1::int8', ['9223372036854775808'])],
    ['a value that cannot be sent', (tx) => tx.query('select $1::json', [selfReference])],
    ['a statement', (tx) => tx.query('select nothing from nowhere')],
    ['the code around it', () => Promise.reject(new Error('a fault in the rules'))],
  ])('is false where %s is at fault', async (_, work) => {
    expect(isDatabaseUnavailable(await failureOf(work))).toBe(false);
  });

  it.each<[string, (tx: Tx) => Promise<unknown>]>([
    [
      'a statement takes too long',
      async (tx) => {
        await tx.execute('set local statement_timeout = 1');
        await tx.query('select pg_sleep(60)');
      },
    ],
    [
      'the connection is ended within a statement',
      (tx) => tx.query('select pg_terminate_backend(pg_backend_pid())'),
    ],
    [
      'the connection is ended between two statements',
      async (tx) => {
        const [mine] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
        await database.query('select pg_terminate_backend($1)', [mine?.pid]);
        await eventually(async () => {
          const rows = 'select from pg_stat_activity where pid = $1';
          expect(await database.query(rows, [mine?.pid])).toEqual([]);
        });
        await tx.query('select 1');
      },
    ],
  ])('is true where %s', async (_, work) => {
    expect(isDatabaseUnavailable(await failureOf(work))).toBe(true);
  });

  it('is true where Postgres falls silent, and the next statement has another connection', async () => {
    const proxy = await testProxy(server.url);
    const { silenceMs } = databaseBounds;
    const over = new Database(
      postgresDataSource({
        url: proxy.url,
        applicationName: 'test',
        poolSize: 1,
        logger: silentLogger,
      }),
    );
    try {
      databaseBounds.silenceMs = 1_000;
      await connectDatabase(over.dataSource, silentLogger);
      await over.ping();
      const { taken } = proxy;
      proxy.swallow();
      const lost: unknown = await over.ping().catch((error: unknown) => error);
      expect(isDatabaseUnavailable(lost)).toBe(true);
      proxy.forward();
      await eventually(() => over.ping());
      expect(proxy.taken).toBeGreaterThan(taken);
    } finally {
      databaseBounds.silenceMs = silenceMs;
      await over.close();
      await proxy.close();
    }
  });

  it('is true where no connection is to be had, and where the pool is closed', async () => {
    const gone = await openDatabase();
    await gone.server.drop();
    const unreachable: unknown = await gone.database.ping().catch((error: unknown) => error);
    expect(isDatabaseUnavailable(unreachable)).toBe(true);
    await gone.database.close();
    const closed: unknown = await gone.database.ping().catch((error: unknown) => error);
    expect(isDatabaseUnavailable(closed)).toBe(true);
  });
});
