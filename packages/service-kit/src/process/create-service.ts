import type { AddressInfo } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions, NestMicroservice } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { KitConfig } from '../config/shapes.js';
import { GrpcServer, type GrpcServiceBinding } from '../grpc/grpc-server.js';
import { RpcErrorFilter } from '../grpc/rpc-error.filter.js';
import { RpcObserver } from '../grpc/rpc-observer.interceptor.js';
import { HealthRegistry } from '../health/health-registry.js';
import { KitModule } from '../module/kit.module.js';
import { Logger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { Metrics } from '../metrics/metrics.js';
import { startTracing } from '../telemetry/tracing.js';
import { Shutdown } from './shutdown.js';

/** Bounds on HTTP, where a service does not bring its own adapter. */
export const httpLimits = {
  bodyBytes: 1024 * 1024,
  requestTimeoutMs: 30_000,
  /** What open connections get on shutdown before they are cut. */
  closeGraceMs: 1_000,
};

export interface ServiceOptions {
  /** The service's name as in certificates, logs and metrics. */
  name: string;
  /** The application's root module; it imports `KitModule.forRoot`. */
  module: Type | DynamicModule;
  config: KitConfig;
  /** Services answered over gRPC, on GRPC_PORT, with mTLS. */
  grpc?: readonly GrpcServiceBinding[];
  /** An adapter of the service's own, with its own limits. */
  http?: { adapter?: FastifyAdapter };
  /** Milliseconds after which a process that does not stop in good order is ended. 8,000 by default. */
  shutdownTimeoutMs?: number;
  /** Runs when the application is built and before it listens. */
  beforeListen?: (app: NestFastifyApplication) => void | Promise<void>;
}

/** A service that runs in this process. */
export interface RunningService {
  app: NestFastifyApplication;
  httpPort: number;
  /** 0 where the service answers no gRPC. */
  grpcPort: number;
  /** Not ready, drained, consumers stopped, gRPC and HTTP closed, outbox flushed, connections closed: in this order. */
  close(): Promise<void>;
}

/** Builds a service and lets it listen. Rejects with ConfigError where its configuration is not usable. */
export async function createService(options: ServiceOptions): Promise<RunningService> {
  const { name, config } = options;
  const stopTracing = startTracing(name, config.OTEL_EXPORTER_OTLP_ENDPOINT);
  const app = await NestFactory.create<NestFastifyApplication>(
    options.module,
    options.http?.adapter ?? defaultAdapter(),
    {
      logger: new NestLogger(Logger.create({ service: name, level: config.LOG_LEVEL })),
      abortOnError: false,
    },
  );
  try {
    const grpc = connectGrpc(app, options);
    await options.beforeListen?.(app);
    await app.init();
    await app.startAllMicroservices();
    await app.listen(config.HTTP_PORT ?? 0, config.HOST ?? '127.0.0.1');
    const { port: httpPort } = app.getHttpServer().address() as AddressInfo;
    let closing: Promise<void> | undefined;
    return {
      app,
      httpPort,
      grpcPort: grpc?.port ?? 0,
      close: () => (closing ??= close(app, grpc, stopTracing)),
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function defaultAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: httpLimits.bodyBytes,
    requestTimeout: httpLimits.requestTimeoutMs,
  });
}

function connectGrpc(app: NestFastifyApplication, options: ServiceOptions): GrpcServer | undefined {
  if (options.grpc === undefined || options.grpc.length === 0) return undefined;
  const { config } = options;
  const server = new GrpcServer({
    host: config.HOST ?? '127.0.0.1',
    port: config.GRPC_PORT ?? 0,
    tls: config,
    services: options.grpc,
  });
  // Nest binds the handlers when it initialises the microservice: the filter must be there by then.
  const microservice = app.connectMicroservice<MicroserviceOptions>(
    { strategy: server },
    { deferInitialization: true },
  ) as NestMicroservice;
  microservice.useGlobalFilters(new RpcErrorFilter(app.get(Logger)));
  microservice.useGlobalInterceptors(new RpcObserver(app.get(Metrics)));
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
  const cut = setTimeout(() => server.closeAllConnections(), httpLimits.closeGraceMs);
  await app.close();
  clearTimeout(cut);
  await stopTracing();
}
