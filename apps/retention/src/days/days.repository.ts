import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { DayCount } from './day-count.js';
import { dayOfPartition, detachedNameOf, partitionOf } from './partition.js';

/** Any fixed number: replicas that change the partitions take turns on it. */
const advisoryLock = 727_201;

@Injectable()
export class DaysRepository {
  constructor(private readonly database: Database) {}

  /** Makes the day and its partition where they are missing and the day was never made: attached, so that no reader waits. */
  async create(day: string): Promise<void> {
    const partition = partitionOf(day);
    await this.database.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [advisoryLock]);
      const made = await tx.execute(
        'insert into content_day (day) values ($1) on conflict (day) do nothing',
        [day],
      );
      if (made === 0) return;
      await tx.execute(`create table ${partition} (like content including defaults including constraints
        including storage)`);
      await tx.execute(
        `alter table content attach partition ${partition} for values in ('${day}')`,
      );
    });
  }

  /** Those of these days that take content. Whoever ends one waits for the transaction, whoever counts does not. */
  async open(tx: Tx, days: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ day: string }>(
      `select day::text from content_day where day = any($1::date[]) and state = 'open'
       order by day for key share`,
      [days],
    );
    return new Set(rows.map(({ day }) => day));
  }

  async count(tx: Tx, { day, contents, sealedBytes, rawBytes }: DayCount): Promise<void> {
    await tx.execute(
      `update content_day set contents = contents + $2, sealed_bytes = sealed_bytes + $3,
         raw_bytes = raw_bytes + $4
       where day = $1`,
      [day, contents, sealedBytes, rawBytes],
    );
  }

  /** Days of which something is there that their end takes away. */
  async remaining(): Promise<string[]> {
    const rows = await this.database.query<{ day: string }>(
      `select day::text from content_day where state <> 'ended'`,
    );
    return [...rows.map(({ day }) => day), ...(await this.partitions())];
  }

  /** Days that have a partition. */
  async partitions(): Promise<string[]> {
    const rows = await this.database.query<{ partition: string }>(
      `select child.relname::text as partition from pg_inherits
       join pg_class child on child.oid = inhrelid
       where inhparent = 'content'::regclass`,
    );
    return rows.map(({ partition }) => dayOfPartition(partition));
  }

  async ended(): Promise<string[]> {
    const rows = await this.database.query<{ day: string }>(
      `select day::text from content_day where state = 'ended' order by day`,
    );
    return rows.map(({ day }) => day);
  }

  /** From now on the day takes nothing; what it has. Waits for whoever is storing. */
  async beginEnd(day: string): Promise<Pick<DayCount, 'contents' | 'sealedBytes'>> {
    return this.database.transaction(async (tx) => {
      await tx.execute('insert into content_day (day) values ($1) on conflict (day) do nothing', [
        day,
      ]);
      const [has] = await tx.query<Pick<DayCount, 'contents' | 'sealedBytes'>>(
        `select contents, sealed_bytes as "sealedBytes" from content_day where day = $1 for update`,
        [day],
      );
      if (has === undefined) throw new Error('a day that was entered is not there');
      await tx.execute(
        `update content_day set state = 'ending' where day = $1 and state = 'open'`,
        [day],
      );
      return has;
    });
  }

  /**
   * Takes the day out of the table of contents, which takes as long whatever it has; its rows are DetachedPartitions' to remove.
   * Gives up where readers hold it for long: it is tried again, and what is in it is unreadable by then.
   */
  async detachPartition(day: string): Promise<void> {
    const partition = partitionOf(day);
    await this.database.transaction(async (tx) => {
      await tx.execute(`set local lock_timeout = '5s'`);
      await tx.query('select pg_advisory_xact_lock($1)', [advisoryLock]);
      const attached = await tx.query(
        `select from pg_inherits where inhparent = 'content'::regclass and inhrelid = to_regclass($1)`,
        [partition],
      );
      if (attached.length === 0) return;
      await tx.execute(`alter table content detach partition ${partition}`);
      await tx.execute(`alter table ${partition} rename to ${detachedNameOf(day)}`);
    });
  }

  async finishEnd(tx: Tx, day: string): Promise<void> {
    await tx.execute(
      `update content_day set state = 'ended', ended_at = coalesce(ended_at, now()) where day = $1`,
      [day],
    );
  }
}
