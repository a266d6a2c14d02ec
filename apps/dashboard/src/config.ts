import {
  grpcTarget,
  httpConfig,
  loadConfig,
  logConfig,
  tlsConfig,
} from '@modelbridge/service-kit/config';
import { z } from 'zod';

const schema = z.object({
  ...httpConfig,
  ...logConfig,
  ...tlsConfig,
  AUTH_GRPC: grpcTarget,
  BILLING_GRPC: grpcTarget,
  USAGE_LEDGER_GRPC: grpcTarget,
});

export type Config = z.infer<typeof schema>;

/** The only reader of the environment. Throws ConfigError naming every unusable variable. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return loadConfig(schema, env);
}
