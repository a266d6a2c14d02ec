import {
  databaseConfig,
  grpcServerConfig,
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
  ...grpcServerConfig,
  ...databaseConfig,
  ...natsConfig,
  ...tlsConfig,
  ...logConfig,
  /** Asked what people may see. */
  AUTH_GRPC: grpcTarget,
  TEAMS_GRPC: grpcTarget,
});
export type Config = z.output<typeof configSchema>;

export function readConfig(env?: NodeJS.ProcessEnv): Config {
  return loadConfig(configSchema, env);
}
