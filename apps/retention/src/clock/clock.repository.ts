import { Database } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';

@Injectable()
export class ClockRepository {
  constructor(private readonly database: Database) {}

  /** What the database's clock shows. */
  async now(): Promise<Date> {
    const [row] = await this.database.query<{ now: Date }>('select clock_timestamp() as now');
    if (row === undefined) throw new Error('the database does not tell the time');
    return row.now;
  }
}
