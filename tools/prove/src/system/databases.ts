import pg from 'pg';
import type { System } from './open-system.js';

const rowsAtOnce = 2_000;
const batchBytes = 16 * 1024 * 1024;
const bytea = 17;
const separator = Buffer.from('\n');

/** Every value as the bytes that it is; text as Postgres writes it. */
const asItIs: pg.CustomTypesConfig = {
  getTypeParser: (oid: number) => (text: string) =>
    oid === bytea ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text),
};

function client(system: System, database: string, types?: pg.CustomTypesConfig): pg.Client {
  const url = new URL(system.postgres);
  url.pathname = `/${database}`;
  return new pg.Client({ connectionString: url.href, ...(types && { types }) });
}

/** Runs a statement on one database, as the superuser. */
export async function rowsOf<T extends pg.QueryResultRow>(
  system: System,
  database: string,
  sql: string,
  values: unknown[] = [],
): Promise<T[]> {
  const connection = client(system, database);
  await connection.connect();
  try {
    return (await connection.query<T>(sql, values)).rows;
  } finally {
    await connection.end();
  }
}

/** Has Postgres write what it holds in memory. */
export async function checkpoint(system: System): Promise<void> {
  await rowsOf(system, 'postgres', 'checkpoint');
}

/** Every value of every table of every database: what Postgres has packed or parted on disk is whole here. */
export async function* valuesOf(system: System): AsyncGenerator<{ place: string; bytes: Buffer }> {
  const databases = await rowsOf<{ datname: string }>(
    system,
    'postgres',
    'select datname from pg_database where datallowconn and not datistemplate order by 1',
  );
  for (const { datname } of databases) {
    const connection = client(system, datname, asItIs);
    await connection.connect();
    try {
      for (const table of await tablesOf(connection)) {
        for await (const bytes of valuesIn(connection, table))
          yield { place: `${datname}: ${table}`, bytes };
      }
    } finally {
      await connection.end();
    }
  }
}

async function tablesOf(connection: pg.Client): Promise<string[]> {
  const { rows } = await connection.query<{ name: Buffer }>(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
        and n.nspname not like 'pg_toast%' order by 1`,
  );
  return rows.map(({ name }) => name.toString());
}

async function* valuesIn(connection: pg.Client, table: string): AsyncGenerator<Buffer> {
  await connection.query('begin read only');
  try {
    await connection.query(`declare every cursor for select * from ${table}`);
    let values: Buffer[] = [];
    let bytes = 0;
    for (;;) {
      const { rows } = await connection.query<(Buffer | null)[]>({
        text: `fetch ${rowsAtOnce} from every`,
        rowMode: 'array',
      });
      for (const value of rows.flat()) {
        if (value === null) continue;
        values.push(value, separator);
        bytes += value.length;
      }
      const isOver = rows.length === 0;
      if (values.length > 0 && (isOver || bytes >= batchBytes)) {
        yield Buffer.concat(values);
        values = [];
        bytes = 0;
      }
      if (isOver) return;
    }
  } catch (error) {
    // A day's partition that was dropped meanwhile.
    if ((error as { code?: string }).code !== '42P01') throw error;
  } finally {
    await connection.query('rollback');
  }
}
