import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
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
const REMOVED = 'the rows of a day that has ended are removed';
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
  // As a day of 30 days ago is: autovacuum would begin with this one now, and its end wait a second for it.
  await client.query(`vacuum (freeze, analyze) ${partition}`);
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

const until = ['unreadable', 'certified', 'removed'] as const;

/**
 * Milliseconds: until nobody could read the day and until that was certified, from the end of the day before; until its rows
 * were removed, from when those of the day before were.
 */
type End = Record<(typeof until)[number], number>;

/** They are ended one after another in one look, then removed one after another. */
async function endsOf(client: pg.Client, stack: Stack, days: readonly Day[]): Promise<End[]> {
  interface Row {
    day: string;
    ended_ms: number;
    destroyed_ms: number;
  }
  let ends: Row[] = [];
  let removed = new Map<string, number>();
  await poll(async () => {
    const { rows } = await client.query<Row>(
      `select day::text, extract(epoch from ended_at)::float8 * 1000 as ended_ms,
         extract(epoch from destroyed_at)::float8 * 1000 as destroyed_ms
       from content_day join keyring_key on name = 'day-' || day
       where day = any($1::date[]) and content_day.state = 'ended' order by day`,
      [days.map(({ day }) => day)],
    );
    ends = rows;
    removed = removals(stack);
    return rows.length === days.length && days.every(({ day }) => removed.has(day));
  }, LOOK_TIMEOUT_MS);
  const removedAt = ({ day }: Row): number => removed.get(day) ?? Number.NaN;
  return ends.slice(1).map((end, index) => {
    const before = ends[index]!;
    return {
      unreadable: end.destroyed_ms - before.ended_ms,
      certified: end.ended_ms - before.ended_ms,
      removed: removedAt(end) - removedAt(before),
    };
  });
}

/** By day, when retention says that its rows are removed: Postgres shows no table any more before its files are gone. */
function removals(stack: Stack): Map<string, number> {
  const lines = readFileSync(join(stack.state, 'logs', 'retention.log'), 'utf8').split('\n');
  const said = lines
    .filter((line) => line.includes(REMOVED))
    .map((line) => JSON.parse(line) as { day: string; time: string | number });
  return new Map(said.map(({ day, time }) => [day, new Date(time).getTime()]));
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
    const took = await endsOf(client, stack, days);
    const rows = until.map((what) => {
      const of = (size: number) =>
        took.filter((_, index) => sizes[index + 1] === size).map((end) => end[what]);
      const each = (size: number) =>
        of(size)
          .map((ms) => fixed(ms, 1))
          .join(' ');
      const ratio = median(of(many).map((ms, round) => ms / of(few)[round]!));
      return [what, each(few), each(many), fixed(ratio, 2)];
    });
    printTable(
      'The end of a day, milliseconds of each: until nobody can read it, until that is certified; and until its rows are removed afterwards',
      ['until it is', `${whole(few)} contents`, `${whole(many)} contents`, 'median of ratios'],
      rows,
    );
  },
});
