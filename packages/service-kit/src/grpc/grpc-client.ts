import {
  Metadata,
  type CallOptions,
  type ChannelCredentials,
  type Client,
  type ClientOptions,
  type ClientReadableStream,
  type ClientUnaryCall,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { context, SpanKind } from '@opentelemetry/api';
import type { TlsFiles } from '../config/shapes.js';
import { inSpan, traceHeaders } from '../telemetry/tracing.js';
import { clientCredentials } from './tls.js';

/** Bounds on calls that this process makes. */
export const grpcClientBounds = {
  defaultTimeoutMs: 5_000,
  maxMessageBytes: 4 * 1024 * 1024,
  keepaliveTimeMs: 30_000,
  keepaliveTimeoutMs: 5_000,
  reconnectMinMs: 100,
  reconnectMaxMs: 500,
};

export interface RpcCallOptions {
  /** Milliseconds until the call fails with `deadline_exceeded`. Unary calls: 5,000 by default; streams: none. */
  timeoutMs?: number;
  /** Wait for a connection until the deadline, instead of failing at once with `unavailable`. */
  waitForReady?: boolean;
}

type UnaryMethod<Q, R> = (
  request: Q,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: R) => void,
) => ClientUnaryCall;
type StreamMethod<Q, R> = (
  request: Q,
  metadata?: Metadata,
  options?: Partial<CallOptions>,
) => ClientReadableStream<R>;

/** A generated client whose unary methods return promises; server streams stay streams. */
export type PromisifiedClient<C extends Client> = {
  [K in Exclude<keyof C, keyof Client>]: C[K] extends StreamMethod<infer Q, infer R>
    ? (request: Q, options?: RpcCallOptions) => ClientReadableStream<R>
    : C[K] extends UnaryMethod<infer Q, infer R>
      ? (request: Q, options?: RpcCallOptions) => Promise<R>
      : never;
} & { close(): void };

export interface GrpcClientConstructor<C extends Client> {
  new (address: string, credentials: ChannelCredentials, options?: Partial<ClientOptions>): C;
  readonly service: object;
  readonly serviceName: string;
}

/**
 * A client of another service over mTLS. It connects when first used and reconnects by itself.
 * A failed call rejects with grpc-js' ServiceError: read it with `rpcErrorFrom`.
 */
export function grpcClient<C extends Client>(
  constructor: GrpcClientConstructor<C>,
  target: string,
  tls: TlsFiles,
  options: {
    timeoutMs?: number;
    /** The name that the server's certificate must have; by default the host of the target. */
    serverName?: string;
  } = {},
): PromisifiedClient<C> {
  // TLS has no server name for an address; every local certificate is good for this one too.
  const serverName = options.serverName ?? (target.startsWith('127.') ? 'localhost' : undefined);
  const client = new constructor(target, clientCredentials(tls), {
    'grpc.max_receive_message_length': grpcClientBounds.maxMessageBytes,
    'grpc.max_send_message_length': grpcClientBounds.maxMessageBytes,
    'grpc.keepalive_time_ms': grpcClientBounds.keepaliveTimeMs,
    'grpc.keepalive_timeout_ms': grpcClientBounds.keepaliveTimeoutMs,
    'grpc.initial_reconnect_backoff_ms': grpcClientBounds.reconnectMinMs,
    'grpc.min_reconnect_backoff_ms': grpcClientBounds.reconnectMinMs,
    'grpc.max_reconnect_backoff_ms': grpcClientBounds.reconnectMaxMs,
    ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
  });
  const defaultTimeoutMs = options.timeoutMs ?? grpcClientBounds.defaultTimeoutMs;
  const methods: Record<string, unknown> = { close: () => client.close() };
  const definitions = constructor.service as Record<string, MethodDefinition<unknown, unknown>>;
  for (const [name, definition] of Object.entries(definitions)) {
    if (definition.requestStream) continue;
    const method = Reflect.get(client, name) as (...parameters: unknown[]) => unknown;
    methods[name] = definition.responseStream
      ? (request: unknown, call: RpcCallOptions = {}) =>
          method.call(client, request, callMetadata(call), deadline(call.timeoutMs))
      : (request: unknown, call: RpcCallOptions = {}) =>
          inSpan(`${constructor.serviceName}/${name}`, { kind: SpanKind.CLIENT }, () =>
            unary(method.bind(client), request, {
              ...call,
              timeoutMs: call.timeoutMs ?? defaultTimeoutMs,
            }),
          );
  }
  return methods as PromisifiedClient<C>;
}

function unary(
  method: (...parameters: unknown[]) => unknown,
  request: unknown,
  call: RpcCallOptions,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    method(
      request,
      callMetadata(call),
      deadline(call.timeoutMs),
      (error: ServiceError | null, response: unknown) =>
        error === null ? resolve(response) : reject(error),
    );
  });
}

function callMetadata(call: RpcCallOptions): Metadata {
  const metadata = new Metadata({ waitForReady: call.waitForReady ?? false });
  for (const [name, value] of Object.entries(traceHeaders(context.active())))
    metadata.set(name, value);
  return metadata;
}

function deadline(timeoutMs: number | undefined): Partial<CallOptions> {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}
