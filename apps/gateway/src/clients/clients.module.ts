import type { Client } from '@grpc/grpc-js';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { ContentServiceClient } from '@modelbridge/contracts/retention.v1/content';
import { ExportServiceClient } from '@modelbridge/contracts/retention.v1/export';
import { SupportGrantServiceClient } from '@modelbridge/contracts/retention.v1/support-grants';
import { RoutingServiceClient } from '@modelbridge/contracts/routing.v1';
import { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import {
  grpcClient,
  PeerClocks,
  type GrpcClientConstructor,
  type PromisifiedClient,
} from '@modelbridge/service-kit/grpc';
import { bounds } from '../bounds.js';
import { ClockCheck } from './clock-check.service.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';

// Nest injects by run-time values, and a client's type has none: an empty class stands for each.
type Token<C extends Client> = abstract new () => PromisifiedClient<C>;
export const AuthClient = class AuthClient {} as unknown as Token<AuthServiceClient>;
export type AuthClient = PromisifiedClient<AuthServiceClient>;
export const BillingClient = class BillingClient {} as unknown as Token<BillingServiceClient>;
export type BillingClient = PromisifiedClient<BillingServiceClient>;
export const RoutingClient = class RoutingClient {} as unknown as Token<RoutingServiceClient>;
export type RoutingClient = PromisifiedClient<RoutingServiceClient>;
export const RetentionClient = class RetentionClient {} as unknown as Token<ContentServiceClient>;
export type RetentionClient = PromisifiedClient<ContentServiceClient>;
export const SupportGrantsClient =
  class SupportGrantsClient {} as unknown as Token<SupportGrantServiceClient>;
export type SupportGrantsClient = PromisifiedClient<SupportGrantServiceClient>;
export const TeamsClient = class TeamsClient {} as unknown as Token<TeamsServiceClient>;
export type TeamsClient = PromisifiedClient<TeamsServiceClient>;
export const UsageLedgerClient =
  class UsageLedgerClient {} as unknown as Token<UsageLedgerServiceClient>;
export type UsageLedgerClient = PromisifiedClient<UsageLedgerServiceClient>;

export const ExportClient = class ExportClient {} as unknown as Token<ExportServiceClient>;
export type ExportClient = PromisifiedClient<ExportServiceClient>;

type GrpcVariable = Extract<keyof GatewayConfig, `${string}_GRPC`>;

/** A client whose answers also tell what time it is there. */
function client<C extends Client>(
  provide: Token<C>,
  constructor: GrpcClientConstructor<C>,
  variable: GrpcVariable,
  maxMessageBytes?: number,
) {
  return {
    provide,
    inject: [GATEWAY_CONFIG, PeerClocks],
    useFactory: (config: GatewayConfig, clocks: PeerClocks) => {
      const peer = variable.replace('_GRPC', '').toLowerCase().replaceAll('_', '-');
      return grpcClient(constructor, config[variable], config, {
        maxMessageBytes,
        onServerTime: (serverMs, tookMs) => clocks.heard(peer, serverMs, tookMs),
      });
    },
  };
}

const clients = [
  client(AuthClient, AuthServiceClient, 'AUTH_GRPC'),
  client(BillingClient, BillingServiceClient, 'BILLING_GRPC'),
  client(RetentionClient, ContentServiceClient, 'RETENTION_GRPC', bounds.maxContentMessageBytes),
  client(SupportGrantsClient, SupportGrantServiceClient, 'RETENTION_GRPC'),
  client(RoutingClient, RoutingServiceClient, 'ROUTING_GRPC'),
  client(UsageLedgerClient, UsageLedgerServiceClient, 'USAGE_LEDGER_GRPC'),
  client(TeamsClient, TeamsServiceClient, 'TEAMS_GRPC'),
  client(ExportClient, ExportServiceClient, 'RETENTION_GRPC'),
];

/** The services that the gateway asks, over mTLS. */
@Global()
@Module({
  providers: [{ provide: PeerClocks, useFactory: () => new PeerClocks() }, ClockCheck, ...clients],
  exports: clients,
})
export class ClientsModule implements OnApplicationShutdown {
  constructor(
    @Inject(AuthClient) private readonly auth: AuthClient,
    @Inject(BillingClient) private readonly billing: BillingClient,
    @Inject(RoutingClient) private readonly routing: RoutingClient,
    @Inject(UsageLedgerClient) private readonly usageLedger: UsageLedgerClient,
    @Inject(TeamsClient) private readonly teams: TeamsClient,
    @Inject(RetentionClient) private readonly retention: RetentionClient,
    @Inject(SupportGrantsClient) private readonly grants: SupportGrantsClient,
    @Inject(ExportClient) private readonly exports: ExportClient,
  ) {}

  onApplicationShutdown(): void {
    const { auth, billing, routing, usageLedger, teams, retention, grants, exports } = this;
    const clients = [auth, billing, routing, usageLedger, teams, retention, grants, exports];
    for (const client of clients) client.close();
  }
}
