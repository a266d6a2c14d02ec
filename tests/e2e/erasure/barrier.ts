import pg from 'pg';
import type { Stack } from '@modelbridge/launcher';
import { isRunning } from '@modelbridge/local-stack';
import { eventually } from '@modelbridge/testing-kit';
import { expect } from '@jest/globals';
import { query } from '../database.js';

/** A table in which nobody changes anything until it is lifted: whoever comes to it stands there. */
export class Barrier {
  private constructor(
    private readonly stack: Stack,
    private readonly database: string,
    private readonly table: string,
    private readonly statement: RegExp,
    private readonly connection: pg.Client,
  ) {}

  /** `statement`: how the one begins, or what is in it, that is waited for; others stand there unnoticed. */
  static async before(
    stack: Stack,
    database: string,
    table: string,
    statement: RegExp,
  ): Promise<Barrier> {
    const url = new URL(stack.postgres);
    url.pathname = `/${database}`;
    const connection = new pg.Client({ connectionString: url.toString() });
    // The system may end before it is lifted.
    connection.on('error', () => undefined);
    await connection.connect();
    await connection.query(`begin; lock table ${table} in share mode`);
    return new Barrier(stack, database, table, statement, connection);
  }

  /** Resolves when somebody stands before it. */
  async reached(): Promise<void> {
    await eventually(async () => {
      const standing = await query<{ query: string }>(
        this.stack,
        this.database,
        `select query from pg_locks join pg_stat_activity using (pid)
         where not granted and relation = $1::regclass`,
        [this.table],
      );
      const statements = standing.map((one) => one.query.trim());
      if (!statements.some((text) => this.statement.test(text))) {
        throw new Error(`before ${this.table} stand ${JSON.stringify(statements)}`);
      }
    });
  }

  async lift(): Promise<void> {
    await this.connection.query('rollback');
    await this.connection.end();
  }
}

/** `kill -9`; the launcher starts it again. */
export function kill(stack: Stack, service: string): number {
  const pid = stack.reread().pids[service] ?? 0;
  process.kill(pid, 'SIGKILL');
  return pid;
}

export async function isBack(stack: Stack, service: string, killed: number): Promise<void> {
  await eventually(() => {
    const pid = stack.reread().pids[service] ?? 0;
    expect(pid).not.toBe(killed);
    expect(isRunning(pid)).toBe(true);
  });
}
