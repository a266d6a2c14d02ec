import { isAbsolute } from 'node:path';
import {
  ConfigError,
  databaseConfig,
  grpcServerConfig,
  grpcTarget,
  httpConfig,
  loadConfig,
  logConfig,
  natsConfig,
  tlsConfig,
} from '@modelbridge/service-kit/config';
import { mailConfig } from '@modelbridge/mail';
import { z } from 'zod';
import type { VaultSettings } from './keyring/vault-client.js';

const schema = z.object({
  ...httpConfig,
  ...grpcServerConfig,
  ...databaseConfig,
  ...natsConfig,
  ...tlsConfig,
  ...logConfig,
  ...mailConfig,
  /** Keeps the audit log, and knows people's accounts. */
  AUTH_GRPC: grpcTarget,
  /** Asked which teams a person owns. */
  TEAMS_GRPC: grpcTarget,
  /** Ed25519 in PEM (PKCS 8): signs receipts. */
  RECEIPT_SIGNING_KEY: z.string(),
  /** Where day keys and authors' secrets are, apart from the database and its backups: a directory … */
  KEYRING_DIR: z.string().refine(isAbsolute, 'must be an absolute path').optional(),
  /** … or the transit engine of a Vault. */
  VAULT_ADDR: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .optional(),
  VAULT_TOKEN: z.string().optional(),
  VAULT_TRANSIT_MOUNT: z
    .string()
    .regex(/^[\w-]+(\/[\w-]+)*$/, 'must be a path, as transit')
    .default('transit'),
  /** Asked what a person may see, and for what an archive is to hold. */
  BILLING_GRPC: grpcTarget,
  USAGE_LEDGER_GRPC: grpcTarget,
  /** What links to archives are signed with. */
  EXPORT_TOKEN_SECRET: z.string().min(32),
});

/** Where keys are kept. */
type KeyringSettings = { directory: string } | VaultSettings;

export type Config = z.infer<typeof schema> & { keyring: KeyringSettings };

/** The only reader of the environment. Throws ConfigError naming every unusable variable. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const config = loadConfig(schema, env);
  return { ...config, keyring: keyringSettings(config, env.VAULT_TOKEN_FILE) };
}

function keyringSettings(
  config: z.infer<typeof schema>,
  tokenFile: string | undefined,
): KeyringSettings {
  const { KEYRING_DIR: directory, VAULT_ADDR: address, VAULT_TOKEN: token } = config;
  if (directory !== undefined && address !== undefined) {
    throw new ConfigError(['KEYRING_DIR and VAULT_ADDR are both set: keep one']);
  }
  if (directory !== undefined) return { directory };
  if (address === undefined) {
    throw new ConfigError([
      'KEYRING_DIR is missing: set it to a directory, or VAULT_ADDR and VAULT_TOKEN to keep keys in Vault',
    ]);
  }
  if (token === undefined) {
    throw new ConfigError([
      'VAULT_TOKEN is missing: set VAULT_TOKEN, or VAULT_TOKEN_FILE to a file that holds it',
    ]);
  }
  return {
    address: originOf(address),
    token,
    ...(tokenFile !== undefined && { tokenFile }),
    mount: config.VAULT_TRANSIT_MOUNT,
  };
}

/** In clear only on this machine: tokens and derived keys go over it. */
function originOf(address: string): string {
  const { protocol, hostname } = new URL(address);
  if (protocol === 'http:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
    throw new ConfigError([
      'VAULT_ADDR is not valid: must be https:// where it is another machine',
    ]);
  }
  return address.replace(/\/$/, '');
}
