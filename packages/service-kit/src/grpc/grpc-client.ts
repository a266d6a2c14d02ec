import {
  Metadata,
  status,
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
import { reasonKey } from './caller.js';
import { HangBreaker, type CallEnd } from './hang-breaker.js';
import { toldTime } from './server-time.js';
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
} & {
  /**
   * For how many milliseconds unary calls fail at once with `unavailable`, because the service has taken calls
   * and answered none; undefined while they are made.
   */
  pausedMs(): number | undefined;
  close(): void;
};

export interface GrpcClientConstructor<C extends Client> {
  new (address: string, credentials: ChannelCredentials, options?: Partial<ClientOptions>): C;
  readonly service: object;
  readonly serviceName: string;
}

/** What Nest injects a client by: its type has no run-time value, so an empty class stands for it. */
export type ClientToken<C extends Client> = abstract new () => PromisifiedClient<C>;

export function clientToken<C extends Client>(name: string): ClientToken<C> {
  return { [name]: class {} }[name] as unknown as ClientToken<C>;
}

/**
 * A client of another service over mTLS; one that a Nest module provides ends with the application. It connects when first used and reconnects by itself.
 * A failed call rejects with grpc-js' ServiceError: read it with `rpcErrorFrom`. Nobody waits for a service
 * that hangs but the calls that try it again (`HangBreaker`).
 */
export function grpcClient<C extends Client>(
  constructor: GrpcClientConstructor<C>,
  target: string,
  tls: TlsFiles,
  options: {
    timeoutMs?: number;
    /** The name that the server's certificate must have; by default the host of the target. */
    serverName?: string;
    /** The largest message, where it is not that of `grpcClientBounds`. */
    maxMessageBytes?: number;
    /** Why a member of staff calls. */
    reason?: string;
    /** Told what the server's clock showed, in milliseconds since 1970, while a call was made that took so long. */
    onServerTime?: (serverMs: number, tookMs: number) => void;
  } = {},
): PromisifiedClient<C> {
  // TLS has no server name for an address; every local certificate is good for this one too.
  const serverName = options.serverName ?? (target.startsWith('127.') ? 'localhost' : undefined);
  const maxMessageBytes = options.maxMessageBytes ?? grpcClientBounds.maxMessageBytes;
  const client = new constructor(target, clientCredentials(tls), {
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    'grpc.keepalive_time_ms': grpcClientBounds.keepaliveTimeMs,
    'grpc.keepalive_timeout_ms': grpcClientBounds.keepaliveTimeoutMs,
    'grpc.initial_reconnect_backoff_ms': grpcClientBounds.reconnectMinMs,
    'grpc.min_reconnect_backoff_ms': grpcClientBounds.reconnectMinMs,
    'grpc.max_reconnect_backoff_ms': grpcClientBounds.reconnectMaxMs,
    ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
  });
  const defaultTimeoutMs = options.timeoutMs ?? grpcClientBounds.defaultTimeoutMs;
  const breaker = new HangBreaker();
  const methods: Record<string, unknown> = {
    pausedMs: () => breaker.pausedMs(performance.now()),
    close: () => client.close(),
    // Nest calls it on whatever it provides.
    onApplicationShutdown: () => client.close(),
  };
  const definitions = constructor.service as Record<string, MethodDefinition<unknown, unknown>>;
  for (const [name, definition] of Object.entries(definitions)) {
    if (definition.requestStream) continue;
    const method = Reflect.get(client, name) as (...parameters: unknown[]) => unknown;
    methods[name] = definition.responseStream
      ? (request: unknown, call: RpcCallOptions = {}) =>
          method.call(client, request, callMetadata(call, options.reason), deadline(call.timeoutMs))
      : (request: unknown, call: RpcCallOptions = {}) =>
          inSpan(`${constructor.serviceName}/${name}`, { kind: SpanKind.CLIENT }, () =>
            guarded(breaker, () =>
              unary(
                method.bind(client),
                request,
                { ...call, reason: options.reason, timeoutMs: call.timeoutMs ?? defaultTimeoutMs },
                options.onServerTime,
              ),
            ),
          );
  }
  return methods as PromisifiedClient<C>;
}

async function guarded<R>(breaker: HangBreaker, call: () => Promise<R>): Promise<R> {
  const now = performance.now();
  if (breaker.pausedMs(now) !== undefined) throw hanging();
  const ended = breaker.begin(now);
  let end: CallEnd = 'answered';
  try {
    return await call();
  } catch (error) {
    end = ends.get((error as Partial<ServiceError>).code) ?? end;
    throw error;
  } finally {
    ended(end, performance.now());
  }
}

/** What failed otherwise was answered by the service. */
const ends: ReadonlyMap<status | undefined, CallEnd> = new Map([
  [status.DEADLINE_EXCEEDED, 'too_late'],
  [status.UNAVAILABLE, 'unreached'],
  [status.CANCELLED, 'unreached'],
]);

function hanging(): ServiceError {
  const details = 'the service does not answer';
  const code = status.UNAVAILABLE;
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}

function unary(
  method: (...parameters: unknown[]) => unknown,
  request: unknown,
  call: RpcCallOptions & { reason?: string },
  onServerTime?: (serverMs: number, tookMs: number) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sentAt = performance.now();
    const running = method(
      request,
      callMetadata(call, call.reason),
      deadline(call.timeoutMs),
      (error: ServiceError | null, response: unknown) =>
        error === null ? resolve(response) : reject(error),
    ) as ClientUnaryCall;
    if (onServerTime === undefined) return;
    running.on('metadata', (metadata) => {
      const serverMs = toldTime(metadata);
      if (serverMs !== undefined) onServerTime(serverMs, performance.now() - sentAt);
    });
  });
}

function callMetadata(call: RpcCallOptions, reason: string | undefined): Metadata {
  const metadata = new Metadata({ waitForReady: call.waitForReady ?? false });
  for (const [name, value] of Object.entries(traceHeaders(context.active())))
    metadata.set(name, value);
  if (reason !== undefined) metadata.set(reasonKey, Buffer.from(reason));
  return metadata;
}

function deadline(timeoutMs: number | undefined): Partial<CallOptions> {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}
