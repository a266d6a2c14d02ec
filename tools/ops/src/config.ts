import { grpcTarget, loadConfig, tlsConfig } from '@modelbridge/service-kit/config';
import { z } from 'zod';

/** The variables by which services find one another; an operator may give any of them by a flag instead. */
const schema = z
  .object({
    AUTH_GRPC: grpcTarget,
    BILLING_GRPC: grpcTarget,
    USAGE_LEDGER_GRPC: grpcTarget,
    RETENTION_GRPC: grpcTarget,
    ...tlsConfig,
  })
  .partial();

export type OpsConfig = z.infer<typeof schema>;

/** The only reader of the environment. Throws ConfigError naming every unusable variable. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): OpsConfig {
  return loadConfig(schema, env);
}
