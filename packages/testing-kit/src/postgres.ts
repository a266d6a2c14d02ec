import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { askRun } from './run-directory.js';

/** A schema that databases are cloned from: made once in a run for each checksum. */
export interface DatabaseTemplate {
  checksum: string;
  apply(url: string): Promise<void>;
}

export interface TestDatabase {
  /** The superuser's URL of a database that nobody else uses. */
  url: string;
  /** Cuts every connection and removes the database. */
  drop(): Promise<void>;
}

/** A new database on the run's real Postgres, empty or cloned from a template. */
export async function testPostgres(template?: DatabaseTemplate): Promise<TestDatabase> {
  const { url: serverUrl } = await askRun<{ url: string }>('postgres');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const source = template === undefined ? 'template0' : await templateDatabase(serverUrl, template);
  await asSuperuser(serverUrl, (client) =>
    client.query(`create database ${name} template ${source}`),
  );
  return {
    url: databaseUrl(serverUrl, name),
    drop: () =>
      asSuperuser(serverUrl, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

/** Test files of one run take turns on a lock; a half-made template is never seen under its final name. */
async function templateDatabase(serverUrl: string, template: DatabaseTemplate): Promise<string> {
  const name = `template_${template.checksum.slice(0, 32)}`;
  await asSuperuser(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    const existing = await client.query('select from pg_database where datname = $1', [name]);
    if (existing.rowCount !== 0) return;
    const draft = `draft_${randomUUID().replaceAll('-', '')}`;
    await client.query(`create database ${draft} template template0`);
    await template.apply(databaseUrl(serverUrl, draft));
    await client.query(`alter database ${draft} rename to ${name}`);
  });
  return name;
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function asSuperuser<T>(
  serverUrl: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
