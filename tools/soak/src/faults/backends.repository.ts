import pg from 'pg';
import type { Database } from './fault.js';

const timeoutMs = 10_000;

/** The server processes of Postgres, by the database that they serve. */
export class Backends {
  constructor(private readonly superuserUrl: string) {}

  /** Their pids on this machine. */
  pids(database: Database): Promise<number[]> {
    return this.run(async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        'select pid from pg_stat_activity where datname = $1',
        [database],
      );
      return rows.map(({ pid }) => pid);
    });
  }

  /** New sessions cannot write, and those that are open end. */
  async setReadOnly(database: Database, isReadOnly: boolean): Promise<void> {
    await this.run(async (client) => {
      const setting = isReadOnly
        ? 'set default_transaction_read_only = on'
        : 'reset default_transaction_read_only';
      await client.query(`alter database ${database} ${setting}`);
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
        [database],
      );
    });
  }

  private async run<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({
      connectionString: this.superuserUrl,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await use(client);
    } finally {
      // Not waited for: a suspended server never says goodbye.
      void client.end().catch(() => undefined);
    }
  }
}
