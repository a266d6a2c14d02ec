import { providerFacts, providers, regions, type KeyVariable } from '@modelbridge/contracts';
import {
  grpcTarget,
  httpConfig,
  loadConfig,
  logConfig,
  natsConfig,
  size,
  tlsConfig,
} from '@modelbridge/service-kit/config';
import { z } from 'zod';
import { spoolBounds } from './spool/bounds.js';

/** The platform's key at each provider. */
const keyConfig = Object.fromEntries(
  providers.map((provider) => [providerFacts[provider].keyVariable, z.string().min(1)]),
) as Record<KeyVariable, z.ZodString>;

const schema = z.object({
  ...httpConfig,
  ...natsConfig,
  ...tlsConfig,
  ...logConfig,
  AUTH_GRPC: grpcTarget,
  ROUTING_GRPC: grpcTarget,
  BILLING_GRPC: grpcTarget,
  USAGE_LEDGER_GRPC: grpcTarget,
  TEAMS_GRPC: grpcTarget,
  RETENTION_GRPC: grpcTarget,
  GATEWAY_REGION: z.enum(regions).default('us-east'),
  /** A directory on a disk that outlives the process. */
  SPOOL_DIR: z.string().min(1),
  /** What one gateway may keep there that the ledger has not confirmed. */
  SPOOL_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(spoolBounds.leastMaxBytes)
    .max(Number.MAX_SAFE_INTEGER)
    .default(spoolBounds.maxBytes),
  /** Of the disk below SPOOL_DIR. */
  SPOOL_ROOM_LOW: size.default(spoolBounds.roomLowBytes),
  SPOOL_ROOM_LEAST: size.default(spoolBounds.roomLeastBytes),
  /** How long usage may wait to be recorded before no more requests are taken. */
  UNSETTLED_MAX_AGE_MS: z.coerce.number().int().min(1000).default(spoolBounds.unsettledMaxAgeMs),
  /** What bodies are hashed with where a request may be a repetition; the same for all gateways. */
  IDEMPOTENCY_SECRET: z.string().min(32),
  /** What the summaries of compacted conversations are sealed with; the same for all gateways. */
  COMPACTION_SECRET: z.string().min(32),
  /** How many proxies in front add to X-Forwarded-For; what others say there is not believed. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** Where customers top up, as told to those whose balance is too low. */
  DASHBOARD_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s):// URL' }).optional(),
  ...keyConfig,
});

export type GatewayConfig = z.infer<typeof schema>;

/** The gateway's configuration; the one place that reads the environment. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  return loadConfig(schema, env);
}

export const GATEWAY_CONFIG = Symbol('GatewayConfig');
