import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { poll } from '@modelbridge/local-stack';
import type pg from 'pg';
import { command } from './command.js';
import { connectDatabase } from './database.js';
import { fixed, median, printTable, say, whole } from './figures.js';
import { startStack, type Stack } from './stack.js';

const DAY_MS = 24 * 3_600_000;
/** Days that are over by far, and that no state of a launcher has made. */
const FIRST_DAY = Date.UTC(2020, 0, 1);
const LOOK_TIMEOUT_MS = 5 * 60_000;

interface Day {
  day: string;
  partition: string;
  contents: number;
}

/** A table of contents of a day, not yet a partition: retention does not know of it. */
async function fill(client: pg.Client, { day, partition, contents }: Day, bytes: number) {
  await client.query(
    `create table ${partition} (like content including defaults including constraints including storage)`,
  );
  await client.query(
    `insert into ${partition} (day, request_id, account_id, user_id, raw_bytes, sealed)
     select '${day}', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), $2::int,
       decode(repeat(md5(i::text), $2::int / 16), 'hex')
     from generate_series(1, $1::int) as i`,
    [contents, bytes],
  );
}

/** From now on they are days of retention's, whose keys are there. */
async function attach(client: pg.Client, stack: Stack, days: readonly Day[], bytes: number) {
  // Indexes are made by attaching, as on a day that has filled up.
  await client.query('begin');
  for (const { day, partition, contents } of days) {
    await client.query(
      `alter table content attach partition ${partition} for values in ('${day}')`,
    );
    await client.query(
      `insert into content_day (day, contents, sealed_bytes, raw_bytes) values ($1, $2, $3, $3)`,
      [day, contents, contents * bytes],
    );
  }
  for (const { day } of days) {
    writeFileSync(join(stack.state, 'keyring', `day-${day}`), randomBytes(32), { mode: 0o600 });
  }
  await client.query('commit');
  await client.query('checkpoint');
}

/** Milliseconds from the end of the day before: until nobody could read the day, and until nothing of it was there. */
interface End {
  unreadable: number;
  gone: number;
}

/** They are ended one after another, in one look. */
async function endsOf(client: pg.Client, days: readonly Day[]): Promise<End[]> {
  let ends: { ended_ms: number; destroyed_ms: number }[] = [];
  await poll(async () => {
    const { rows } = await client.query<(typeof ends)[number]>(
      `select extract(epoch from ended_at)::float8 * 1000 as ended_ms,
         extract(epoch from destroyed_at)::float8 * 1000 as destroyed_ms
       from content_day join keyring_key on name = 'day-' || day
       where day = any($1::date[]) and content_day.state = 'ended' order by day`,
      [days.map(({ day }) => day)],
    );
    ends = rows;
    return rows.length === days.length;
  }, LOOK_TIMEOUT_MS);
  return ends.slice(1).map(({ ended_ms, destroyed_ms }, index) => {
    const began = ends[index]?.ended_ms ?? Number.NaN;
    return { unreadable: destroyed_ms - began, gone: ended_ms - began };
  });
}

export const sweep = command({
  summary: 'milliseconds that the end of a day takes, of few contents and of many',
  options: {
    rounds: { default: 3, help: 'days of each size, one after another by turns' },
    'base-contents': { default: 1_000, help: 'contents of the smaller days' },
    contents: { default: 1_000_000, help: 'contents of the larger days' },
    bytes: { default: 512, help: 'sealed bytes of each' },
  },
  async run({ rounds, 'base-contents': few, contents: many, bytes }, lifetime) {
    const stack = await startStack(lifetime);
    const client = await connectDatabase(lifetime, stack, 'retention');
    // The first one only says when the second one began.
    const sizes = [few, ...Array.from({ length: rounds }, () => [few, many]).flat()];
    const days = sizes.map((contents, index): Day => {
      const day = new Date(FIRST_DAY + index * DAY_MS).toISOString().slice(0, 10);
      return { day, partition: `content_${day.replaceAll('-', '')}`, contents };
    });
    for (const day of days) await fill(client, day, bytes);
    say(`${days.length} days are filled`);
    await attach(client, stack, days, bytes);
    say('retention looks once a minute');
    const took = await endsOf(client, days);
    const rows = (['unreadable', 'gone'] as const).map((until) => {
      const of = (size: number) =>
        took.filter((_, index) => sizes[index + 1] === size).map((end) => end[until]);
      const each = (size: number) =>
        of(size)
          .map((ms) => fixed(ms, 1))
          .join(' ');
      const ratio = median(of(many).map((ms, round) => ms / of(few)[round]!));
      return [until, each(few), each(many), fixed(ratio, 2)];
    });
    printTable(
      'The end of a day, milliseconds of each: until nobody can read it (its key is destroyed), until its rows are gone',
      ['until it is', `${whole(few)} contents`, `${whole(many)} contents`, 'median of ratios'],
      rows,
    );
  },
});
