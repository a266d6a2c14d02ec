import pg from 'pg';
import type { StackDescription } from '@modelbridge/ops';

/** Runs a statement on one service's database, as the superuser. */
export async function query<T extends pg.QueryResultRow>(
  stack: Pick<StackDescription, 'postgres'>,
  database: string,
  sql: string,
  values: unknown[] = [],
): Promise<T[]> {
  const url = new URL(stack.postgres);
  url.pathname = `/${database}`;
  const connection = new pg.Client({ connectionString: url.toString() });
  await connection.connect();
  try {
    return (await connection.query<T>(sql, values)).rows;
  } finally {
    await connection.end();
  }
}
