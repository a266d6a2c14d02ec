import {
  databaseConfig,
  grpcTarget,
  httpConfig,
  loadConfig,
  logConfig,
  natsConfig,
  tlsConfig,
} from '@modelbridge/service-kit/config';
import { z } from 'zod';

const configSchema = z.object({
  ...httpConfig,
  ...databaseConfig,
  ...natsConfig,
  ...tlsConfig,
  ...logConfig,
  USAGE_LEDGER_GRPC: grpcTarget,
});
export type Config = z.output<typeof configSchema>;

export function readConfig(env?: NodeJS.ProcessEnv): Config {
  return loadConfig(configSchema, env);
}
