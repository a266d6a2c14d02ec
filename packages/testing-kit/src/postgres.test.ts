import pg from 'pg';
import { afterEach, describe, expect, it } from '@jest/globals';
import { testPostgres, type TestDatabase } from './postgres.js';

describe('testPostgres', () => {
  const databases: TestDatabase[] = [];
  afterEach(() => Promise.all(databases.splice(0).map((database) => database.drop())));

  async function query(url: string, sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows as unknown[];
    } finally {
      await client.end();
    }
  }

  it('makes a template once, and databases that do not see each other', async () => {
    let applied = 0;
    const template = {
      checksum: 'a'.repeat(64),
      apply: async (url: string) => {
        applied += 1;
        await query(url, 'create table item (name text)');
      },
    };
    const [first, second] = await Promise.all([testPostgres(template), testPostgres(template)]);
    databases.push(first, second);
    await query(first.url, "insert into item values ('a')");
    expect(await query(first.url, 'select name from item')).toEqual([{ name: 'a' }]);
    expect(await query(second.url, 'select name from item')).toEqual([]);
    expect(applied).toBe(1);
  });

  it('never offers a template that failed half-way', async () => {
    const checksum = 'b'.repeat(64);
    const fails = async (url: string): Promise<void> => {
      await query(url, 'create table half (name text)');
      throw new Error('no further');
    };
    await expect(testPostgres({ checksum, apply: fails })).rejects.toThrow('no further');
    const whole = async (url: string): Promise<void> => {
      await query(url, 'create table whole (name text)');
    };
    const database = await testPostgres({ checksum, apply: whole });
    databases.push(database);
    expect(await query(database.url, 'select * from whole')).toEqual([]);
  });

  it('starts empty without a template', async () => {
    const database = await testPostgres();
    databases.push(database);
    expect(
      await query(database.url, "select 1 from pg_tables where schemaname = 'public'"),
    ).toEqual([]);
  });
});
