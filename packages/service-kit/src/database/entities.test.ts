import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@modelbridge/testing-kit';
import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { openDatabase } from '../testing/parts.js';
import { violatedConstraint, type Database } from './database.js';
import { schemaDrift } from './schema-drift.js';

@Entity('thing')
@Unique('thing_name_key', ['name'])
class Thing {
  @PrimaryColumn('int8')
  id!: bigint;

  @Column('text')
  name!: string;

  @Column('text', { name: 'colour_name', nullable: true })
  colour!: string | null;
}

const schema =
  'create table thing (id int8 primary key, name text not null unique, colour_name text)';

describe('entities', () => {
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    ({ database, server } = await openDatabase([Thing]));
    await database.execute(schema);
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  it('are written and read within the transaction, and gone with it', async () => {
    const things = database.repository(Thing);
    const failing = database.transaction(async (tx) => {
      await tx.repository(Thing).insert({ id: 1n, name: 'a' });
      await tx.execute("update thing set colour_name = 'red'");
      expect(await tx.repository(Thing).findOneBy({ name: 'a' })).toEqual({
        id: 1n,
        name: 'a',
        colour: 'red',
      });
      expect(await things.count()).toBe(0);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await things.count()).toBe(0);
  });

  it('name the constraint that they meet', async () => {
    const things = database.repository(Thing);
    await things.insert({ id: 2n, name: 'b' });
    const again = things.insert({ id: 3n, name: 'b' });
    expect(await again.catch(violatedConstraint)).toBe('thing_name_key');
  });

  it.each([
    ['a column that only the entity has', 'alter table thing drop column colour_name'],
    ['a column that only the table has', 'alter table thing add column size text'],
    ['another type', 'alter table thing alter column colour_name type varchar'],
    ['null where the entity has none', 'alter table thing alter column name drop not null'],
    ['a default', "alter table thing alter column name set default 'x'"],
    ['a constraint that is not there', 'alter table thing drop constraint thing_name_key'],
    ['a constraint that only the table has', 'alter table thing add check (id > 0)'],
    ['an index that only the table has', 'create index on thing (colour_name)'],
    ['a table that is not there', 'alter table thing rename to other'],
  ])('drift from the schema by %s', async (_what, change) => {
    expect(await schemaDrift(database)).toEqual([]);
    await database.execute(change);
    expect(await schemaDrift(database)).not.toEqual([]);
    await database.execute('drop table if exists thing, other');
    await database.execute(schema);
  });
});
