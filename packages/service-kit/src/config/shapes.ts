import { z } from 'zod';
import { size, volumePlace, type VolumePlace } from './size.js';

const port = z.coerce.number().int().min(0).max(65_535);

/** Where the process listens for HTTP: health, metrics and, in a BFF or gateway, its API. */
export const httpConfig = {
  HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: port,
  /** Another than HTTP_PORT: operators' questions go there, and metrics nowhere else. */
  OPS_PORT: port.optional(),
};

export const grpcServerConfig = { GRPC_PORT: port };

/** The service's own database. */
export const databaseConfig = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  POSTGRES_VOLUME: volumePlace.optional(),
  POSTGRES_ROOM_LOW: size.default(1024 ** 3),
};

/** `nats://user:password@host:port`, or `tls://` in a cluster. */
export const natsConfig = {
  NATS_URL: z.url({ protocol: /^(nats|tls)$/, error: 'must be a nats:// or tls:// URL' }),
  JETSTREAM_VOLUME: volumePlace.optional(),
  JETSTREAM_ROOM_LOW: size.default(1024 ** 3),
  /** A server that finds no room for a write stops taking any: this is kept for what it still has to do. */
  JETSTREAM_ROOM_LEAST: size.default(64 * 1024 ** 2),
};

/** Files in PEM: the authority that both sides trust, and this process's own certificate and key. */
export const tlsConfig = {
  TLS_CA_FILE: z.string().min(1),
  TLS_CERT_FILE: z.string().min(1),
  TLS_KEY_FILE: z.string().min(1),
};

/** Logs and traces. Traces are exported only where an endpoint is given. */
export const logConfig = {
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  /** Of the disk of the log, where standard output is a file. */
  LOG_ROOM_LOW: size.default(256 * 1024 ** 2),
};

/** `host:port` of another service's gRPC server. */
export const grpcTarget = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'must be host:port');

export const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'must be an origin such as https://app.example.com',
  );

export interface TlsFiles {
  TLS_CA_FILE: string;
  TLS_CERT_FILE: string;
  TLS_KEY_FILE: string;
}

/** The variables that the kit itself reads from an app's config. */
export interface KitConfig extends Partial<TlsFiles> {
  HOST?: string;
  HTTP_PORT?: number;
  OPS_PORT?: number;
  GRPC_PORT?: number;
  DATABASE_URL?: string;
  POSTGRES_VOLUME?: VolumePlace;
  POSTGRES_ROOM_LOW?: number;
  NATS_URL?: string;
  JETSTREAM_VOLUME?: VolumePlace;
  JETSTREAM_ROOM_LOW?: number;
  JETSTREAM_ROOM_LEAST?: number;
  LOG_LEVEL?: string;
  LOG_ROOM_LOW?: number;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
}
