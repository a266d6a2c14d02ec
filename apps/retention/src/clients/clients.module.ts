import {
  Global,
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import type { Config } from '../config.js';
import { AuthClient, BillingClient, TeamsClient, UsageLedgerClient } from './clients.js';

/** The services that retention asks, over mTLS. */
@Global()
@Module({})
export class ClientsModule implements OnApplicationShutdown {
  constructor(
    @Inject(AuthClient) private readonly auth: AuthClient,
    @Inject(BillingClient) private readonly billing: BillingClient,
    @Inject(TeamsClient) private readonly teams: TeamsClient,
    @Inject(UsageLedgerClient) private readonly usageLedger: UsageLedgerClient,
  ) {}

  static forRoot(config: Config): DynamicModule {
    const clients = [
      {
        provide: AuthClient,
        useFactory: () => grpcClient(AuthServiceClient, config.AUTH_GRPC, config),
      },
      {
        provide: BillingClient,
        useFactory: () => grpcClient(BillingServiceClient, config.BILLING_GRPC, config),
      },
      {
        provide: TeamsClient,
        useFactory: () => grpcClient(TeamsServiceClient, config.TEAMS_GRPC, config),
      },
      {
        provide: UsageLedgerClient,
        useFactory: () => grpcClient(UsageLedgerServiceClient, config.USAGE_LEDGER_GRPC, config),
      },
    ];
    return { module: ClientsModule, providers: clients, exports: clients.map((c) => c.provide) };
  }

  onApplicationShutdown(): void {
    for (const client of [this.auth, this.billing, this.teams, this.usageLedger]) client.close();
  }
}
