import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { DataSource, QueryFailedError, type QueryRunner, type Repository } from 'typeorm';
import type { Logger } from '../logging/logger.js';
import { DatabaseUnavailableError } from './database-unavailable.js';

/** Bounds on what one process asks of Postgres. */
export const databaseBounds = {
  poolSize: 10,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 30_000,
  idleInTransactionTimeoutMs: 30_000,
  /** Longer than Postgres may take for anything: a connection on which nothing comes or goes for so long is dead. */
  silenceMs: 40_000,
  keepAliveAfterMs: 10_000,
  /** How long a booting process waits for Postgres before it gives up. */
  bootTimeoutMs: 30_000,
  transactionAttempts: 4,
};

const int8 = 20;
const serializationFailure = '40001';
const deadlockDetected = '40P01';

// Money is int8 and does not fit a double.
pg.types.setTypeParser(int8, BigInt);

export type IsolationLevel = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

/** A class with TypeORM's decorators. */
export type Entity<E extends object = object> = new () => E;

/** One open transaction. */
export interface Tx {
  /** Runs one statement; the rows that it returns. int8 comes back as bigint, timestamptz as Date. */
  query<T>(sql: string, parameters?: unknown[]): Promise<T[]>;
  /** Runs one statement; the number of rows that it touched. */
  execute(sql: string, parameters?: unknown[]): Promise<number>;
  /** Runs `work` once the transaction has committed, and never if it did not. */
  afterCommit(work: () => void): void;
  /** Reads and writes one kind of entity within the transaction. */
  repository<E extends object>(entity: Entity<E>): Repository<E>;
}

/** The service's own Postgres database. */
export class Database {
  constructor(readonly dataSource: DataSource) {}

  /** Runs one statement outside a transaction; the rows that it returns. */
  query<T>(sql: string, parameters?: unknown[]): Promise<T[]> {
    return this.withRunner((runner) => rows<T>(runner, sql, parameters));
  }

  /** Runs one statement outside a transaction; the number of rows that it touched. */
  execute(sql: string, parameters?: unknown[]): Promise<number> {
    return this.withRunner((runner) => affected(runner, sql, parameters));
  }

  /** Reads and writes one kind of entity, each statement for itself. */
  repository<E extends object>(entity: Entity<E>): Repository<E> {
    return this.dataSource.getRepository(entity);
  }

  /**
   * Runs `work` in one transaction. `work` runs again, up to three times, where Postgres gave up on
   * a serialization failure or a deadlock: it must have no effect outside the transaction.
   */
  async transaction<T>(
    work: (tx: Tx) => Promise<T>,
    isolation: IsolationLevel = 'READ COMMITTED',
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(work, isolation);
      } catch (error) {
        if (attempt >= databaseBounds.transactionAttempts || !isTransient(error)) throw error;
        await delay(Math.random() * 20 * 2 ** attempt);
      }
    }
  }

  async ping(): Promise<void> {
    await this.query('select 1');
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async attempt<T>(work: (tx: Tx) => Promise<T>, isolation: IsolationLevel): Promise<T> {
    const afterCommit: (() => void)[] = [];
    const result = await this.withRunner((runner) =>
      runner.manager.transaction(isolation, (manager) =>
        work({
          repository: (entity) => manager.getRepository(entity),
          query: (sql, parameters) => rows(runner, sql, parameters),
          execute: (sql, parameters) => affected(runner, sql, parameters),
          afterCommit: (callback) => void afterCommit.push(callback),
        }),
      ),
    );
    for (const callback of afterCommit) callback();
    return result;
  }

  private async withRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await connect(runner);
      return await work(runner);
    } finally {
      await runner.release();
    }
  }
}

/** A data source that is not connected yet. `entities` are TypeORM's; the schema comes from migrations only. */
export function postgresDataSource(options: {
  url: string;
  applicationName: string;
  entities?: Entity[];
  poolSize?: number;
  logger: Logger;
}): DataSource {
  return new DataSource({
    type: 'postgres',
    driver: pg,
    url: options.url,
    entities: options.entities ?? [],
    synchronize: false,
    logging: false,
    applicationName: options.applicationName,
    poolSize: options.poolSize ?? databaseBounds.poolSize,
    connectTimeoutMS: databaseBounds.connectTimeoutMs,
    installExtensions: false,
    poolErrorHandler: (error: unknown) =>
      options.logger.warn({ err: error }, 'an idle database connection was lost'),
    extra: {
      statement_timeout: databaseBounds.statementTimeoutMs,
      idle_in_transaction_session_timeout: databaseBounds.idleInTransactionTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: databaseBounds.keepAliveAfterMs,
      stream: watchedSocket,
    },
  });
}

/** What waits for an answer on it fails when the other side is gone without a word. */
function watchedSocket(): Socket {
  const socket = new Socket();
  return socket.setTimeout(databaseBounds.silenceMs, () =>
    socket.destroy(new Error('Postgres has fallen silent')),
  );
}

/** Connects, waiting for a Postgres that is still starting. */
export async function connectDatabase(dataSource: DataSource, logger: Logger): Promise<void> {
  const giveUpAt = Date.now() + databaseBounds.bootTimeoutMs;
  for (;;) {
    try {
      await dataSource.initialize();
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) {
        throw new Error('Postgres does not answer at DATABASE_URL: start it or correct the URL', {
          cause: error,
        });
      }
      logger.warn({ err: error }, 'waiting for Postgres');
      await delay(500);
    }
  }
}

async function connect(runner: QueryRunner): Promise<void> {
  try {
    await runner.connect();
  } catch (error) {
    throw new DatabaseUnavailableError(error);
  }
}

async function rows<T>(runner: QueryRunner, sql: string, parameters?: unknown[]): Promise<T[]> {
  const result = await runner.query(sql, parameters, true);
  return (result.records ?? []) as T[];
}

async function affected(runner: QueryRunner, sql: string, parameters?: unknown[]): Promise<number> {
  const result = await runner.query(sql, parameters, true);
  return result.affected ?? 0;
}

function isTransient(error: unknown): boolean {
  const code = databaseErrorCode(error);
  return code === serializationFailure || code === deadlockDetected;
}

/** Postgres' SQLSTATE of a failed statement, for example `23505` where a unique constraint was met. */
export function databaseErrorCode(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const code = (error.driverError as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}

/** The constraint that a failed statement met, by its name in the schema. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const { constraint } = error.driverError as { constraint?: unknown };
  return typeof constraint === 'string' ? constraint : undefined;
}
