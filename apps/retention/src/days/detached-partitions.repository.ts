import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { dayOfPartition, detachedNameOf, detachedPrefix } from './partition.js';

/** Any fixed number, and not that of whoever changes the partitions: removing files may take long. */
const advisoryLock = 727_202;

export interface DetachedPartition {
  day: string;
  /** Since its day has ended; 0 for one whose end is not certified yet. */
  waitingMs: number;
}

@Injectable()
export class DetachedPartitionsRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first. */
  async list(): Promise<DetachedPartition[]> {
    const rows = await this.database.query<{ name: string; waitingMs: number }>(
      `select relname::text as name,
         coalesce(extract(epoch from now() - ended_at) * 1000, 0)::float8 as "waitingMs"
       from pg_class
       left join content_day on to_char(day, 'YYYYMMDD') = substr(relname::text, length($1::text) + 1)
       where relnamespace = current_schema()::regnamespace and relkind = 'r'
         and starts_with(relname::text, $1::text)
       order by relname`,
      [detachedPrefix],
    );
    return rows.map(({ name, waitingMs }) => ({ day: dayOfPartition(name), waitingMs }));
  }

  /** Its files are gone when this returns. */
  async drop(day: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [advisoryLock]);
      await tx.execute(`drop table if exists ${detachedNameOf(day)}`);
    });
  }
}
