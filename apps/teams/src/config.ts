import { mailConfig } from '@modelbridge/mail';
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

const schema = z.object({
  ...httpConfig,
  ...grpcServerConfig,
  ...databaseConfig,
  ...natsConfig,
  ...tlsConfig,
  ...logConfig,
  ...mailConfig,
  /** Asked for the address of who opens an invitation. */
  AUTH_GRPC: grpcTarget,
  /** Told of members' limits; asked how many members a plan allows. */
  BILLING_GRPC: grpcTarget,
  /** Asked which models there are. */
  ROUTING_GRPC: grpcTarget,
});

export type Config = z.infer<typeof schema>;

/** The only reader of the environment. Throws ConfigError naming every unusable variable. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return loadConfig(schema, env);
}

export const TEAMS_CONFIG = Symbol('TeamsConfig');
