import {
  databaseConfig,
  grpcServerConfig,
  httpConfig,
  loadConfig,
  logConfig,
  natsConfig,
  tlsConfig,
} from '@modelbridge/service-kit/config';
import { z } from 'zod';

const configSchema = z.object({
  ...httpConfig,
  ...grpcServerConfig,
  ...databaseConfig,
  ...natsConfig,
  ...tlsConfig,
  ...logConfig,
});
export type Config = z.output<typeof configSchema>;

export function readConfig(env?: NodeJS.ProcessEnv): Config {
  return loadConfig(configSchema, env);
}
