import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { ContentServiceClient } from '@modelbridge/contracts/retention.v1/content';
import { ErasureServiceClient } from '@modelbridge/contracts/retention.v1/erasure';
import { LegalHoldServiceClient } from '@modelbridge/contracts/retention.v1/legal-holds';
import { ReceiptServiceClient } from '@modelbridge/contracts/retention.v1/receipts';
import { RightsServiceClient } from '@modelbridge/contracts/retention.v1/rights';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import type { TlsFiles } from '@modelbridge/service-kit/config';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit/grpc';
import type { ServiceName } from './pieces.js';

/** retention has a service for each feature. */
interface RetentionClients {
  contents: PromisifiedClient<ContentServiceClient>;
  erasures: PromisifiedClient<ErasureServiceClient>;
  legalHolds: PromisifiedClient<LegalHoldServiceClient>;
  receipts: PromisifiedClient<ReceiptServiceClient>;
  rights: PromisifiedClient<RightsServiceClient>;
  close(): void;
}

/** The services as an operator reaches them: over mTLS. */
export interface Services extends Record<ServiceName, { close(): void }> {
  auth: PromisifiedClient<AuthServiceClient>;
  billing: PromisifiedClient<BillingServiceClient>;
  'usage-ledger': PromisifiedClient<UsageLedgerServiceClient>;
  retention: RetentionClients;
}

/** Services that are called until `close`. */
export type Connected<Name extends ServiceName> = Pick<Services, Name> & { close(): void };

// Whatever the address, a forwarded port too, the certificate must name the service that is meant.
const clients: {
  [Name in ServiceName]: (target: string, tls: TlsFiles, reason: string) => Services[Name];
} = {
  auth: (target, tls, reason) =>
    grpcClient(AuthServiceClient, target, tls, { serverName: 'auth', reason }),
  billing: (target, tls, reason) =>
    grpcClient(BillingServiceClient, target, tls, { serverName: 'billing', reason }),
  'usage-ledger': (target, tls, reason) =>
    grpcClient(UsageLedgerServiceClient, target, tls, { serverName: 'usage-ledger', reason }),
  retention: (target, tls, reason) => {
    const options = { serverName: 'retention', reason };
    const retention = {
      contents: grpcClient(ContentServiceClient, target, tls, options),
      erasures: grpcClient(ErasureServiceClient, target, tls, options),
      legalHolds: grpcClient(LegalHoldServiceClient, target, tls, options),
      receipts: grpcClient(ReceiptServiceClient, target, tls, options),
      rights: grpcClient(RightsServiceClient, target, tls, options),
    };
    return {
      ...retention,
      close() {
        for (const client of Object.values(retention)) client.close();
      },
    };
  },
};

/** Clients of the services that have a target, and why they are called. They connect when first used. */
export function connectServices<Name extends ServiceName>(
  targets: Record<Name, string>,
  tls: TlsFiles,
  reason: string,
): Connected<Name> {
  const names = Object.keys(targets) as Name[];
  const services = Object.fromEntries(
    names.map((name) => [name, clients[name](targets[name], tls, reason)]),
  ) as Pick<Services, Name>;
  return {
    ...services,
    close() {
      for (const name of names) services[name].close();
    },
  };
}
