import type { RequestRecord } from '@modelbridge/contracts/events';
import type { Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import {
  overrunsByProvider,
  providerUsageBounds,
  sumByProvider,
  type OverrunRequest,
  type ProviderUsage,
  type ProviderUsageQuery,
} from './provider-usage.js';
import { ProviderUsageRepository } from './provider-usage.repository.js';

/** What providers will bill: the tokens of all accounts, by day, provider and model. */
@Injectable()
export class ProviderUsageService {
  constructor(private readonly repository: ProviderUsageRepository) {}

  /** Adds newly recorded requests to the sums, in the transaction that records them. */
  async add(tx: Tx, records: readonly RequestRecord[]): Promise<void> {
    await this.addSums(tx, sumByProvider(records));
  }

  /** Adds what no customer pays: the provider bills it all the same. */
  async addOverruns(tx: Tx, requests: readonly OverrunRequest[]): Promise<void> {
    await this.addSums(tx, overrunsByProvider(requests));
  }

  /** Throws `invalid_argument` (field `to`) where the answer would be too long. */
  async list(query: ProviderUsageQuery): Promise<ProviderUsage[]> {
    const { maxRows } = providerUsageBounds;
    const usage = await this.repository.list(query, maxRows + 1);
    if (usage.length > maxRows) {
      throw new RpcError('invalid_argument', `more than ${maxRows} rows: ask for a shorter range`, {
        field: 'to',
      });
    }
    return usage;
  }

  private async addSums(tx: Tx, sums: ProviderUsage[]): Promise<void> {
    if (sums.length > 0) await this.repository.add(tx, sums);
  }
}
