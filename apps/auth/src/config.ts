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
export type AuthConfig = z.output<typeof configSchema>;

export function readConfig(env?: NodeJS.ProcessEnv): AuthConfig {
  return loadConfig(configSchema, env);
}
