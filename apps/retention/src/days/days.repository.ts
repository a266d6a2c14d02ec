import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { DayCount } from './day-count.js';

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
}

function partitionOf(day: string): string {
  return `content_${day.replaceAll('-', '')}`;
}
