import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { certificatePaths } from '@modelbridge/local-stack';
import { grpcClient, type PromisifiedClient } from '@modelbridge/service-kit';

/** The services as an operator reaches them: over mTLS, under the name `ops`. */
export interface Services {
  auth: PromisifiedClient<AuthServiceClient>;
  billing: PromisifiedClient<BillingServiceClient>;
  close(): void;
}

export function connectServices(certificates: string, addresses: Record<string, string>): Services {
  const { ca, certificate, key } = certificatePaths(certificates, 'ops');
  const tls = { TLS_CA_FILE: ca, TLS_CERT_FILE: certificate, TLS_KEY_FILE: key };
  const auth = grpcClient(AuthServiceClient, addresses['auth'] ?? '', tls);
  const billing = grpcClient(BillingServiceClient, addresses['billing'] ?? '', tls);
  return {
    auth,
    billing,
    close() {
      auth.close();
      billing.close();
    },
  };
}
