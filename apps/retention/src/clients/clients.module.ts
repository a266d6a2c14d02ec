import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { grpcClient, PeerClocks } from '@modelbridge/service-kit/grpc';
import type { Config } from '../config.js';
import { AuthClient, BillingClient, TeamsClient, UsageLedgerClient } from './clients.js';

/** The services that retention asks, over mTLS. */
@Global()
@Module({})
export class ClientsModule {
  static forRoot(config: Config): DynamicModule {
    const clients = [
      { provide: PeerClocks, useFactory: () => new PeerClocks() },
      {
        provide: AuthClient,
        inject: [PeerClocks],
        useFactory: (clocks: PeerClocks) =>
          grpcClient(AuthServiceClient, config.AUTH_GRPC, config, {
            onServerTime: (serverMs, tookMs) => clocks.heard('auth', serverMs, tookMs),
          }),
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
    return { module: ClientsModule, providers: clients, exports: clients };
  }
}
