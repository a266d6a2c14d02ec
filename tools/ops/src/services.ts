import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { UsageLedgerServiceClient } from '@modelbridge/contracts/usage_ledger.v1';
import { certificatePaths } from '@modelbridge/local-stack';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit';

/** The services as an operator reaches them: over mTLS, under the name `ops`. */
export interface Services {
  auth: PromisifiedClient<AuthServiceClient>;
  billing: PromisifiedClient<BillingServiceClient>;
  usageLedger: PromisifiedClient<UsageLedgerServiceClient>;
  close(): void;
}

export function connectServices(certificates: string, addresses: Record<string, string>): Services {
  const { ca, certificate, key } = certificatePaths(certificates, 'ops');
  const tls = { TLS_CA_FILE: ca, TLS_CERT_FILE: certificate, TLS_KEY_FILE: key };
  const auth = grpcClient(AuthServiceClient, addresses['auth'] ?? '', tls);
  const billing = grpcClient(BillingServiceClient, addresses['billing'] ?? '', tls);
  const usageLedger = grpcClient(UsageLedgerServiceClient, addresses['usage-ledger'] ?? '', tls);
  return {
    auth,
    billing,
    usageLedger,
    close() {
      auth.close();
      billing.close();
      usageLedger.close();
    },
  };
}
