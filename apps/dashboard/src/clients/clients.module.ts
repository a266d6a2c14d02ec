import type { Client } from '@grpc/grpc-js';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { ContentServiceClient } from '@modelbridge/contracts/retention.v1/content';
import { ErasureServiceClient } from '@modelbridge/contracts/retention.v1/erasure';
import { ExportServiceClient } from '@modelbridge/contracts/retention.v1/export';
import { RightsServiceClient } from '@modelbridge/contracts/retention.v1/rights';
import { SupportGrantServiceClient } from '@modelbridge/contracts/retention.v1/support-grants';
import { RoutingServiceClient } from '@modelbridge/contracts/routing.v1';
import { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import {
  grpcClient,
  type ClientToken,
  type GrpcClientConstructor,
} from '@modelbridge/service-kit/grpc';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config.js';
import {
  AuthClient,
  BillingClient,
  ContentClient,
  ErasureClient,
  ExportClient,
  RightsClient,
  SupportGrantClient,
  RoutingClient,
  TeamsClient,
  UsageLedgerClient,
} from './clients.js';

/** One content, opened: as large as the gateway may store it. */
const contentBytes = 12 * 1024 * 1024;

/** The services that the dashboard asks, over mTLS. */
@Global()
@Module({})
export class ClientsModule {
  static forRoot(config: Config): DynamicModule {
    const client = <C extends Client>(
      provide: ClientToken<C>,
      constructor: GrpcClientConstructor<C>,
      target: string,
      maxMessageBytes?: number,
    ) => ({
      provide,
      useFactory: () => grpcClient(constructor, target, config, { maxMessageBytes }),
    });
    const clients = [
      client(AuthClient, AuthServiceClient, config.AUTH_GRPC),
      client(BillingClient, BillingServiceClient, config.BILLING_GRPC),
      client(ContentClient, ContentServiceClient, config.RETENTION_GRPC, contentBytes),
      client(ErasureClient, ErasureServiceClient, config.RETENTION_GRPC),
      client(ExportClient, ExportServiceClient, config.RETENTION_GRPC),
      client(RightsClient, RightsServiceClient, config.RETENTION_GRPC),
      client(SupportGrantClient, SupportGrantServiceClient, config.RETENTION_GRPC),
      client(RoutingClient, RoutingServiceClient, config.ROUTING_GRPC),
      client(TeamsClient, TeamsServiceClient, config.TEAMS_GRPC),
      client(UsageLedgerClient, UsageLedgerServiceClient, config.USAGE_LEDGER_GRPC),
    ];
    return { module: ClientsModule, providers: clients, exports: clients };
  }
}
