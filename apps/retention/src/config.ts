import { isAbsolute } from 'node:path';
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

const schema = z.object({
  ...httpConfig,
  ...grpcServerConfig,
  ...databaseConfig,
  ...natsConfig,
  ...tlsConfig,
  ...logConfig,
  /** Where day keys and authors' secrets are, apart from the database and its backups. */
  KEYRING_DIR: z.string().refine(isAbsolute, 'must be an absolute path'),
});

export type Config = z.infer<typeof schema>;

/** The only reader of the environment. Throws ConfigError naming every unusable variable. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return loadConfig(schema, env);
}
