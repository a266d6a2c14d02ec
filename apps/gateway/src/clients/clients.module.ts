import type { Client } from '@grpc/grpc-js';
import { Global, Module } from '@nestjs/common';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { ContentServiceClient } from '@modelbridge/contracts/retention.v1/content';
import { ErasureServiceClient } from '@modelbridge/contracts/retention.v1/erasure';
import { ExportServiceClient } from '@modelbridge/contracts/retention.v1/export';
import { ReceiptServiceClient } from '@modelbridge/contracts/retention.v1/receipts';
import { RightsServiceClient } from '@modelbridge/contracts/retention.v1/rights';
import { SupportGrantServiceClient } from '@modelbridge/contracts/retention.v1/support-grants';
import { RoutingServiceClient } from '@modelbridge/contracts/routing.v1';
import { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import {
  clientToken,
  grpcClient,
  PeerClocks,
  type ClientToken,
  type GrpcClientConstructor,
  type PromisifiedClient,
} from '@modelbridge/service-kit/grpc';
import { bounds } from '../bounds.js';
import { ClockCheck } from './clock-check.service.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';

export type AuthClient = PromisifiedClient<AuthServiceClient>;
export const AuthClient = clientToken<AuthServiceClient>('AuthClient');
export type BillingClient = PromisifiedClient<BillingServiceClient>;
export const BillingClient = clientToken<BillingServiceClient>('BillingClient');
export type RoutingClient = PromisifiedClient<RoutingServiceClient>;
export const RoutingClient = clientToken<RoutingServiceClient>('RoutingClient');
export type RetentionClient = PromisifiedClient<ContentServiceClient>;
export const RetentionClient = clientToken<ContentServiceClient>('RetentionClient');
export type SupportGrantsClient = PromisifiedClient<SupportGrantServiceClient>;
export const SupportGrantsClient = clientToken<SupportGrantServiceClient>('SupportGrantsClient');
export type TeamsClient = PromisifiedClient<TeamsServiceClient>;
export const TeamsClient = clientToken<TeamsServiceClient>('TeamsClient');
export type UsageLedgerClient = PromisifiedClient<UsageLedgerServiceClient>;
export const UsageLedgerClient = clientToken<UsageLedgerServiceClient>('UsageLedgerClient');
export type ExportClient = PromisifiedClient<ExportServiceClient>;
export const ExportClient = clientToken<ExportServiceClient>('ExportClient');
export type ReceiptsClient = PromisifiedClient<ReceiptServiceClient>;
export const ReceiptsClient = clientToken<ReceiptServiceClient>('ReceiptsClient');
export type ErasureClient = PromisifiedClient<ErasureServiceClient>;
export const ErasureClient = clientToken<ErasureServiceClient>('ErasureClient');
export type RightsClient = PromisifiedClient<RightsServiceClient>;
export const RightsClient = clientToken<RightsServiceClient>('RightsClient');

type GrpcVariable = Extract<keyof GatewayConfig, `${string}_GRPC`>;

/** A client for which nobody waits longer than for a request's own questions, and whose answers also tell what time it is there. */
function client<C extends Client>(
  provide: ClientToken<C>,
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
        timeoutMs: bounds.longestWaitMs,
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
  client(ReceiptsClient, ReceiptServiceClient, 'RETENTION_GRPC'),
  client(ErasureClient, ErasureServiceClient, 'RETENTION_GRPC'),
  client(RightsClient, RightsServiceClient, 'RETENTION_GRPC'),
];

/** The services that the gateway asks, over mTLS. */
@Global()
@Module({
  providers: [{ provide: PeerClocks, useFactory: () => new PeerClocks() }, ClockCheck, ...clients],
  exports: clients,
})
export class ClientsModule {}
