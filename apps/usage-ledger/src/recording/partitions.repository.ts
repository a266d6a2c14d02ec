import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { IdMonth } from './id-month.js';

/** Any fixed number: replicas that make the same month take turns on it. */
const advisoryLock = 727_101;

@Injectable()
export class PartitionsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Makes a month's partition if there is none. A table that is made first and attached then locks the
   * parent only against other changes of its shape; `create table ... partition of` would stop readers.
   */
  async create({ month, from, to }: IdMonth): Promise<void> {
    const partition = `usage_request_${month.replace('-', '_')}`;
    await this.database.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [advisoryLock]);
      const [found] = await tx.query<{ exists: boolean }>(
        'select to_regclass($1) is not null as exists',
        [partition],
      );
      if (found?.exists) return;
      await tx.execute(
        `create table ${partition} (like usage_request including defaults including constraints)`,
      );
      await tx.execute(
        `alter table usage_request attach partition ${partition} for values from ('${from}') to ('${to}')`,
      );
    });
  }
}
