import * as grpc from '@grpc/grpc-js';
import { Server, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { ServerGrpc } from '@nestjs/microservices';
import type { TlsFiles } from '../config/shapes.js';
import { callerAllowList } from './caller-allow-list.js';
import { tellTime } from './server-time.js';
import { serverCredentials } from './tls.js';

/** A service that a process answers: its full name and ts-proto's definition of it. */
export interface GrpcServiceBinding {
  /** `<package>.<Service>`, for example `auth.v1.AuthService`. */
  name: string;
  definition: ServiceDefinition<UntypedServiceImplementation>;
  /** Names in certificates of those who may call each method, by the method's name in the definition. */
  callers: Readonly<Record<string, readonly string[]>>;
}

/** Bounds on what one peer may ask of a server. */
export const grpcServerBounds = {
  maxMessageBytes: 4 * 1024 * 1024,
  maxMetadataBytes: 16 * 1024,
  maxConcurrentStreams: 1_000,
  keepaliveTimeMs: 30_000,
  keepaliveTimeoutMs: 5_000,
  shutdownDeadlineMs: 5_000,
};

/** Nest's gRPC transport over mTLS, with the port it was given and a shutdown that has a deadline. */
export class GrpcServer extends ServerGrpc {
  private server: Server | undefined;
  private boundPort = 0;

  constructor(
    private readonly settings: {
      host: string;
      port: number;
      tls: Partial<TlsFiles>;
      /** The largest message, where it is not that of `grpcServerBounds`. */
      maxMessageBytes?: number;
      services: readonly GrpcServiceBinding[];
      /** Told of each call that is refused because its method does not list the caller. */
      onDenied: (caller: string, path: string) => void;
    },
  ) {
    super({
      package: [
        ...new Set(settings.services.map(({ name }) => name.slice(0, name.lastIndexOf('.')))),
      ],
      packageDefinition: Object.fromEntries(
        settings.services.map(({ name, definition }) => [name, definition]),
      ),
    });
  }

  /**
   * Nest requires the gRPC package by name, where no bundler sees it, and a loader of .proto files, which generated
   * definitions do not need.
   */
  protected override loadPackageSynchronously<T>(): T {
    return grpc as T;
  }

  /** The port that the server listens on; what the system chose where 0 was asked for. */
  get port(): number {
    return this.boundPort;
  }

  override async createClient(): Promise<Server> {
    const { maxMetadataBytes, maxConcurrentStreams, keepaliveTimeMs, keepaliveTimeoutMs } =
      grpcServerBounds;
    const { host, port, tls, services, onDenied } = this.settings;
    const maxMessageBytes = this.settings.maxMessageBytes ?? grpcServerBounds.maxMessageBytes;
    const server = new Server({
      interceptors: [callerAllowList(services, onDenied), tellTime],
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_send_message_length': maxMessageBytes,
      'grpc.max_metadata_size': maxMetadataBytes,
      'grpc.max_concurrent_streams': maxConcurrentStreams,
      'grpc.keepalive_time_ms': keepaliveTimeMs,
      'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
    });
    this.boundPort = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${host}:${port}`, serverCredentials(tls), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    this.server = server;
    return server;
  }

  /** Takes no new calls, lets running ones finish, and cuts what is left at the deadline. */
  override async close(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(() => {
        server.forceShutdown();
        resolve();
      }, grpcServerBounds.shutdownDeadlineMs);
      server.tryShutdown(() => {
        clearTimeout(deadline);
        resolve();
      });
    });
  }
}
