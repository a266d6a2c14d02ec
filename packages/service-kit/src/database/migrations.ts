import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { DataSource, type QueryRunner } from 'typeorm';

/** The tables of the kit itself: outbox, quarantined_message. */
export const kitMigrationsDir = new URL('../../migrations/', import.meta.url);

/** Any fixed number: processes that boot at once take turns on it. */
const advisoryLock = 727_001;

/** Where a service's tables are made. */
export interface Schema {
  migrationsDir: URL;
  /** Of packages that keep a table in the service's database. */
  migrationsOfPackages?: readonly URL[];
}

/** In the order in which they apply. */
export function migrationDirsOf({ migrationsDir, migrationsOfPackages = [] }: Schema): URL[] {
  return [...migrationsOfPackages, migrationsDir];
}

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** A migration that was changed after it had been applied, or two of one number. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Applies the numbered `.sql` files of `dirs` that the database does not have yet, the kit's own first,
 * each in its own transaction. Safe when several processes start at once. There is no way back down.
 * Throws MigrationError where an applied file no longer says what it said.
 */
export async function runMigrations(dataSource: DataSource, dirs: readonly URL[]): Promise<void> {
  const migrations = readMigrations(dirs);
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('select pg_advisory_lock($1)', [advisoryLock]);
    await runner.query(`
      create table if not exists schema_migration (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
      )`);
    const applied = await appliedMigrations(runner);
    for (const migration of migrations) {
      const checksum = applied.get(migration.name);
      if (checksum === undefined) await apply(runner, migration);
      else if (checksum !== migration.checksum) {
        throw new MigrationError(
          `${migration.name} was changed after it had been applied: restore it and add a new file`,
        );
      }
    }
  } finally {
    await runner.query('select pg_advisory_unlock($1)', [advisoryLock]).catch(() => undefined);
    await runner.release();
  }
}

/** The schema that `dirs` make, with a checksum that tells it from every other. */
export function schemaOf(dirs: readonly URL[]): {
  checksum: string;
  apply(url: string): Promise<void>;
} {
  const checksum = createHash('sha256')
    .update(
      readMigrations(dirs)
        .map((migration) => migration.checksum)
        .join(),
    )
    .digest('hex');
  return {
    checksum,
    apply: async (url) => {
      const dataSource = new DataSource({ type: 'postgres', url, installExtensions: false });
      await dataSource.initialize();
      try {
        await runMigrations(dataSource, dirs);
      } finally {
        await dataSource.destroy();
      }
    },
  };
}

/** The migrations of `dirs` in the order in which they apply. */
function readMigrations(dirs: readonly URL[]): Migration[] {
  const migrations = [kitMigrationsDir, ...dirs].flatMap((dir) =>
    readdirSync(dir)
      .filter((file) => file.endsWith('.sql'))
      .sort()
      .map((name) => {
        const sql = readFileSync(new URL(name, dir), 'utf8');
        return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
      }),
  );
  const names = new Map<string, string>();
  for (const { name } of migrations) {
    // Where two share a number, databases that got them at different times apply them in different orders.
    const number = /^\D*\d+/.exec(name)?.[0] ?? name;
    const other = names.get(number);
    if (other !== undefined) throw new MigrationError(`${other} and ${name} have one number`);
    names.set(number, name);
  }
  return migrations;
}

async function appliedMigrations(runner: QueryRunner): Promise<Map<string, string>> {
  const result = await runner.query('select name, checksum from schema_migration', undefined, true);
  const records = result.records as { name: string; checksum: string }[];
  return new Map(records.map(({ name, checksum }) => [name, checksum]));
}

async function apply(runner: QueryRunner, migration: Migration): Promise<void> {
  await runner.startTransaction();
  try {
    await runner.query('set local statement_timeout = 0');
    await runner.query(migration.sql);
    await runner.query('insert into schema_migration (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw new MigrationError(`${migration.name} could not be applied`, { cause: error });
  }
}
