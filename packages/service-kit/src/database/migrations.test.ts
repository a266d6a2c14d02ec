import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testPostgres, type TestDatabase } from '@modelbridge/testing-kit';
import { DataSource } from 'typeorm';
import { runMigrations } from './migrations.js';

describe('runMigrations', () => {
  let server: TestDatabase;
  let dataSource: DataSource;
  let directory: string;
  let dir: URL;

  beforeEach(async () => {
    server = await testPostgres();
    dataSource = await connect();
    directory = await mkdtemp(join(tmpdir(), 'migrations-'));
    dir = pathToFileURL(`${directory}/`);
    await write('0001_first.sql', 'create table first (id integer);');
    await write('0002_second.sql', 'alter table first add column name text;');
  });
  afterEach(async () => {
    await dataSource.destroy();
    await server.drop();
    await rm(directory, { recursive: true });
  });

  const connect = (): Promise<DataSource> =>
    new DataSource({ type: 'postgres', url: server.url, installExtensions: false }).initialize();
  const write = (name: string, sql: string): Promise<void> => writeFile(join(directory, name), sql);
  const applied = async (): Promise<string[]> => {
    const rows: { name: string }[] = await dataSource.query(
      'select name from schema_migration order by applied_at, name',
    );
    return rows.map(({ name }) => name);
  };

  it("applies the kit's files and then the service's, in order, each once", async () => {
    await runMigrations(dataSource, [dir]);
    await runMigrations(dataSource, [dir]);
    expect(await applied()).toEqual([
      'kit_0001_messaging.sql',
      'kit_0002_no_inbox.sql',
      '0001_first.sql',
      '0002_second.sql',
    ]);
    await dataSource.query("insert into first (id, name) values (1, 'a')");
  });

  it('lets processes that start at once take turns', async () => {
    const others = await Promise.all([connect(), connect(), connect()]);
    await Promise.all(others.map((other) => runMigrations(other, [dir])));
    expect(await applied()).toHaveLength(4);
    await Promise.all(others.map((other) => other.destroy()));
  });

  it('refuses an applied file that was changed, naming it', async () => {
    await runMigrations(dataSource, [dir]);
    await write('0001_first.sql', 'create table first (id bigint);');
    await expect(runMigrations(dataSource, [dir])).rejects.toThrow(
      '0001_first.sql was changed after it had been applied',
    );
  });

  it('refuses two files of one number, naming both', async () => {
    await write('0002_other.sql', 'create table other (id integer);');
    await expect(runMigrations(dataSource, [dir])).rejects.toThrow(
      '0002_other.sql and 0002_second.sql have one number',
    );
    expect(await dataSource.query("select to_regclass('first') as name")).toEqual([{ name: null }]);
  });

  it('leaves nothing of a file that fails, and applies it once it is right', async () => {
    await write('0003_third.sql', 'create table third (id integer); select nonsense;');
    await expect(runMigrations(dataSource, [dir])).rejects.toThrow('0003_third.sql');
    expect(await dataSource.query("select to_regclass('third') as name")).toEqual([{ name: null }]);
    await write('0003_third.sql', 'create table third (id integer);');
    await runMigrations(dataSource, [dir]);
    expect(await applied()).toContain('0003_third.sql');
  });
});
