import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import { BILLING_CONFIG, type BillingConfig } from '../config.js';
import type { Outstanding } from './awaited.js';

/** Asks usage-ledger which usage is not charged yet. */
@Injectable()
export class OutstandingService implements OnApplicationShutdown {
  private readonly client: PromisifiedClient<UsageLedgerServiceClient>;

  constructor(@Inject(BILLING_CONFIG) config: BillingConfig) {
    this.client = grpcClient(UsageLedgerServiceClient, config.USAGE_LEDGER_GRPC, config);
  }

  /** Rejects where it cannot be known. */
  read(): Promise<Outstanding> {
    return this.client.listOutstanding({});
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
