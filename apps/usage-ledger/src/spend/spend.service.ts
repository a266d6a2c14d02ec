import type { RequestRecord } from '@modelbridge/contracts/events';
import type { Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { oldestMinute } from './usage-series.js';
import {
  lowerByHour,
  lowerByMinute,
  sumByDay,
  sumByHour,
  sumByMinute,
  type LoweredCost,
  type UsageSums,
} from './usage-sums.js';
import { SpendRepository } from './spend.repository.js';
import {
  spendBounds,
  type Spend,
  type SpendExtent,
  type SpendQuery,
  type SpendScope,
} from './spend.js';

@Injectable()
export class SpendService {
  constructor(private readonly repository: SpendRepository) {}

  /** Adds newly recorded requests to the sums, in the transaction that records them. */
  async add(tx: Tx, records: readonly RequestRecord[]): Promise<void> {
    const since = oldestMinute(new Date());
    const recent = records.filter(({ completedAt }) => Date.parse(completedAt) >= since);
    await this.addSums(tx, sumByMinute(recent), sumByHour(records));
  }

  /** Takes off the sums what requests turned out not to cost their account. */
  async lower(tx: Tx, requests: readonly LoweredCost[]): Promise<void> {
    const since = oldestMinute(new Date());
    const recent = requests.filter(({ completedAt }) => Date.parse(completedAt) >= since);
    await this.addSums(tx, lowerByMinute(recent), lowerByHour(requests));
  }

  /** Throws `invalid_argument` (field `to`) where the answer would be too long. */
  async list(query: SpendQuery): Promise<Spend[]> {
    const spend = await this.repository.list(query, spendBounds.maxRows + 1);
    if (spend.length > spendBounds.maxRows) {
      throw new RpcError(
        'invalid_argument',
        `more than ${spendBounds.maxRows} rows: ask for a shorter range or a coarser granularity`,
        { field: 'to' },
      );
    }
    return spend;
  }

  /** About how many requests there are, and the names of their tags, without reading one of them. */
  extent(scope: SpendScope, mostTags: number): Promise<SpendExtent> {
    return this.repository.extent(scope, mostTags);
  }

  private async addSums(tx: Tx, minutes: UsageSums[], hours: UsageSums[]): Promise<void> {
    await this.repository.add(tx, 'minute', minutes);
    await this.repository.add(tx, 'hour', hours);
    await this.repository.add(tx, 'day', sumByDay(hours));
  }
}
