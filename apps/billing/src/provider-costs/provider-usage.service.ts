import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { dayOf } from '../book/counter.js';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import type { UsedTokens } from './cost-comparison.js';

/** Asks usage-ledger what was used of providers. */
@Injectable()
export class ProviderUsageReader implements OnApplicationShutdown {
  private readonly client: PromisifiedClient<UsageLedgerServiceClient>;

  constructor(@Inject(BILLING_CONFIG) config: BillingConfig) {
    this.client = grpcClient(UsageLedgerServiceClient, config.USAGE_LEDGER_GRPC, config);
  }

  /** Of a span of UTC days, the last one left out. */
  async between(from: Date, to: Date, provider: string | undefined): Promise<UsedTokens[]> {
    const asked = { from, to, provider: provider ?? '' };
    const { usage } = await this.client.listProviderUsage(asked);
    return usage.map(({ day, ...used }) => ({ ...used, day: dayOf(day as Date) }));
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
