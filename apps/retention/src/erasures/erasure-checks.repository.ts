import { idFromUuid } from '@modelbridge/contracts';
import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

/** What is looked at of all erasures. */
@Injectable()
export class ErasureChecksRepository {
  constructor(private readonly database: Database) {}

  /** Of those that are done. */
  documents(): Promise<{ erasureId: string; document: string }[]> {
    return this.idsOf<{ document: string }>(
      `select id, coalesce(receipt, '') as document from erasure where state = 'done' order by id`,
      [],
    );
  }

  /** Those that are under way and began to count before a time. */
  async late(before: Date): Promise<string[]> {
    const rows = await this.idsOf(
      `select id from erasure where state in ('confirmed', 'erasing', 'releasing')
         and coalesce(confirmed_at, began_at, requested_at) < $1 order by id`,
      [before],
    );
    return rows.map(({ erasureId }) => erasureId);
  }

  /** Those of these people that are done. */
  async doneAmong(people: readonly Buffer[]): Promise<string[]> {
    const rows = await this.idsOf(
      `select id from erasure where state = 'done' and person_hash = any($1::bytea[])`,
      [people.map((hash) => `\\x${hash.toString('hex')}`)],
    );
    return rows.map(({ erasureId }) => erasureId);
  }

  private async idsOf<T extends object = object>(
    sql: string,
    parameters: unknown[],
  ): Promise<(T & { erasureId: string })[]> {
    const rows = await this.database.query<T & { id: string }>(sql, parameters);
    return rows.map(({ id, ...rest }) => ({
      ...(rest as unknown as T),
      erasureId: idFromUuid('erasure', id),
    }));
  }

  /** How many are under way, and how many of them began before a time. */
  async underWay(before: Date): Promise<{ open: number; late: number }> {
    const [row] = await this.database.query<{ open: number; late: number }>(
      `select count(*)::int as open,
         (count(*) filter (where coalesce(confirmed_at, began_at, requested_at) < $1))::int as late
       from erasure where state in ('confirmed', 'erasing', 'releasing')`,
      [before],
    );
    return row ?? { open: 0, late: 0 };
  }
}
