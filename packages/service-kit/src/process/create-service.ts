import type { AddressInfo } from 'node:net';
import type { DynamicModule, NestInterceptor, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions, NestMicroservice } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigError } from '../config/load-config.js';
import type { KitConfig } from '../config/shapes.js';
import { CallerContext } from '../grpc/caller.js';
import { GrpcServer, grpcServerBounds, type GrpcServiceBinding } from '../grpc/grpc-server.js';
import { RpcErrorFilter } from '../grpc/rpc-error.filter.js';
import { RpcObserver } from '../grpc/rpc-observer.interceptor.js';
import { HealthRegistry } from '../health/health-registry.js';
import { OpsServer } from '../health/ops-server.js';
import { KitModule } from '../module/kit.module.js';
import { Logger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { Metrics } from '../metrics/metrics.js';
import { startTracing } from '../telemetry/tracing.js';
import { BuiltParts } from './built-parts.js';
import { Shutdown, shutdownBounds } from '../shutdown/shutdown.js';

/** Bounds on HTTP, where a service does not bring its own adapter. */
export const httpBounds = {
  bodyBytes: 1024 * 1024,
  requestTimeoutMs: 30_000,
};

export interface ServiceOptions {
  /** The service's name as in certificates, logs and metrics. */
  name: string;
  /** The application's root module; it imports `KitModule.forRoot`. */
  module: Type | DynamicModule;
  config: KitConfig;
  /** Services answered over gRPC, on GRPC_PORT, with mTLS. */
  grpc?: readonly GrpcServiceBinding[];
  /** Providers that are run around each call, in this order, once its caller is known. */
  grpcInterceptors?: readonly Type<NestInterceptor>[];
  /** The largest gRPC message, where it is not that of `grpcServerBounds`. */
  grpcMessageBytes?: number;
  /** An adapter of the service's own, with its own limits. */
  http?: { adapter?: FastifyAdapter };
  /** Runs when the application is built and before it listens. */
  beforeListen?: (app: NestFastifyApplication) => void | Promise<void>;
}

/** A service that runs in this process. */
export interface RunningService {
  app: NestFastifyApplication;
  httpPort: number;
  /** 0 where OPS_PORT is not set. */
  opsPort: number;
  /** 0 where the service answers no gRPC. */
  grpcPort: number;
  /** What `close` may take, by the bounds of its steps. */
  shutdownMs: number;
  /** Not ready, drained, consumers stopped, gRPC and HTTP closed, outbox flushed, connections closed: in this order. */
  close(): Promise<void>;
}

/** Builds a service and lets it listen. Rejects with ConfigError where its configuration is not usable. */
export async function createService(options: ServiceOptions): Promise<RunningService> {
  const { name, config } = options;
  if (
    config.OPS_PORT !== undefined &&
    config.OPS_PORT > 0 &&
    config.OPS_PORT === config.HTTP_PORT
  ) {
    throw new ConfigError(['OPS_PORT is the same as HTTP_PORT: give it another, or unset it']);
  }
  const logger = Logger.create({ service: name, level: config.LOG_LEVEL });
  const stopTracing = startTracing(name, config.OTEL_EXPORTER_OTLP_ENDPOINT);
  const parts = new BuiltParts();
  let app: NestFastifyApplication | undefined;
  try {
    app = await NestFactory.create<NestFastifyApplication>(
      options.module,
      options.http?.adapter ?? defaultAdapter(),
      {
        logger: new NestLogger(logger),
        abortOnError: false,
        instrument: { instanceDecorator: parts.collect },
      },
    );
    parts.handOver();
    return await run(app, options, stopTracing);
  } catch (error) {
    for (const close of [() => (app ?? parts).close(), stopTracing]) {
      await close().catch((fault: unknown) =>
        logger.error({ err: fault }, 'a part could not be closed'),
      );
    }
    throw error;
  }
}

async function run(
  app: NestFastifyApplication,
  options: ServiceOptions,
  stopTracing: () => Promise<void>,
): Promise<RunningService> {
  const { config } = options;
  const grpc = connectGrpc(app, options);
  await options.beforeListen?.(app);
  await app.init();
  const shutdownMs = shutdownBound(app, grpc);
  await app.startAllMicroservices();
  await app.listen(config.HTTP_PORT ?? 0, config.HOST ?? '127.0.0.1');
  const { port: httpPort } = app.getHttpServer().address() as AddressInfo;
  const ops = await openOps(app, config);
  let closing: Promise<void> | undefined;
  return {
    app,
    httpPort,
    opsPort: ops?.port ?? 0,
    grpcPort: grpc?.port ?? 0,
    shutdownMs,
    close: () => (closing ??= close(app, grpc, stopTracing).finally(() => ops?.close())),
  };
}

/** Last to open and to close: who asks there learns of all that comes between. */
async function openOps(
  app: NestFastifyApplication,
  { HOST, OPS_PORT }: KitConfig,
): Promise<OpsServer | undefined> {
  if (OPS_PORT === undefined) return undefined;
  const address = { host: HOST ?? '127.0.0.1', port: OPS_PORT };
  return OpsServer.listen(address, app.get(HealthRegistry), app.get(Metrics));
}

/** Throws where the steps of the shutdown, one after the other, may take longer than all of it. */
function shutdownBound(app: NestFastifyApplication, grpc: GrpcServer | undefined): number {
  const { httpMs, restMs, totalMs } = shutdownBounds;
  const grpcMs = grpc === undefined ? 0 : grpcServerBounds.shutdownDeadlineMs;
  const sumMs = app.get(Shutdown).drainMs + grpcMs + httpMs + restMs;
  if (sumMs > totalMs) {
    throw new Error(`a shutdown may take ${sumMs} ms, ${totalMs} at most: shorten what is drained`);
  }
  return sumMs;
}

function defaultAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: httpBounds.bodyBytes,
    requestTimeout: httpBounds.requestTimeoutMs,
  });
}

function connectGrpc(app: NestFastifyApplication, options: ServiceOptions): GrpcServer | undefined {
  if (options.grpc === undefined || options.grpc.length === 0) return undefined;
  const { config } = options;
  const logger = app.get(Logger);
  const metrics = app.get(Metrics);
  const server = new GrpcServer({
    host: config.HOST ?? '127.0.0.1',
    port: config.GRPC_PORT ?? 0,
    tls: config,
    services: options.grpc,
    maxMessageBytes: options.grpcMessageBytes,
    onDenied: (caller, method) => {
      metrics.rpcDenied.inc({ caller, method });
      logger.warn({ caller, method }, 'a call was refused: the method does not list its caller');
    },
  });
  // Nest binds the handlers when it initialises the microservice: the filter must be there by then.
  const microservice = app.connectMicroservice<MicroserviceOptions>(
    { strategy: server },
    { deferInitialization: true },
  ) as NestMicroservice;
  microservice.useGlobalFilters(new RpcErrorFilter(logger));
  const own = (options.grpcInterceptors ?? []).map((type) =>
    app.get<NestInterceptor>(type, { strict: false }),
  );
  microservice.useGlobalInterceptors(new RpcObserver(metrics), new CallerContext(), ...own);
  microservice.registerListeners();
  microservice.setIsInitialized(true);
  microservice.setIsInitHookCalled(true);
  return server;
}

async function close(
  app: NestFastifyApplication,
  grpc: GrpcServer | undefined,
  stopTracing: () => Promise<void>,
): Promise<void> {
  const logger = app.get(Logger);
  app.get(HealthRegistry).drain();
  for (const error of await app.get(Shutdown).drain()) {
    logger.error({ err: error }, 'a part could not be drained');
  }
  await app.get(KitModule, { strict: false }).stopConsumers();
  await grpc?.close();
  const server = app.getHttpServer();
  const cut = setTimeout(() => server.closeAllConnections(), shutdownBounds.httpMs);
  await app.close();
  clearTimeout(cut);
  await stopTracing();
}
