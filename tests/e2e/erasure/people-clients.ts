import { dirname } from 'node:path';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { ErasureServiceClient } from '@modelbridge/contracts/retention.v1/erasure';
import { ExportServiceClient } from '@modelbridge/contracts/retention.v1/export';
import { RightsServiceClient } from '@modelbridge/contracts/retention.v1/rights';
import { SupportGrantServiceClient } from '@modelbridge/contracts/retention.v1/support-grants';
import { TeamsServiceClient } from '@modelbridge/contracts/teams.v1';
import { certificatePaths } from '@modelbridge/local-stack';
import type { StackDescription } from '@modelbridge/ops';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import { patienceMs } from '@modelbridge/testing-kit';

export type PeopleClients = ReturnType<typeof peopleClients>;

/** What the dashboard asks for people, of the services of a running system. */
export function peopleClients({ tls, grpc }: StackDescription) {
  const { ca, certificate, key } = certificatePaths(dirname(tls.ca), 'dashboard');
  const files = { TLS_CA_FILE: ca, TLS_CERT_FILE: certificate, TLS_KEY_FILE: key };
  const at = (name: string) =>
    [grpc[name] ?? '', files, { serverName: name, timeoutMs: patienceMs }] as const;
  const clients = {
    auth: grpcClient(AuthServiceClient, ...at('auth')),
    billing: grpcClient(BillingServiceClient, ...at('billing')),
    teams: grpcClient(TeamsServiceClient, ...at('teams')),
    erasures: grpcClient(ErasureServiceClient, ...at('retention')),
    exports: grpcClient(ExportServiceClient, ...at('retention')),
    rights: grpcClient(RightsServiceClient, ...at('retention')),
    grants: grpcClient(SupportGrantServiceClient, ...at('retention')),
  };
  return {
    ...clients,
    close: () => {
      for (const client of Object.values(clients)) client.close();
    },
  };
}
