export { ConfigError, loadConfig } from './config/load-config.js';
export {
  databaseConfig,
  grpcServerConfig,
  grpcTarget,
  httpConfig,
  logConfig,
  natsConfig,
  tlsConfig,
  type KitConfig,
  type TlsFiles,
} from './config/shapes.js';
export {
  Database,
  databaseErrorCode,
  databaseLimits,
  type IsolationLevel,
  type Tx,
} from './database/database.js';
export { isolateFailures, type Failure } from './database/isolate-failures.js';
export { MigrationError, runMigrations, schemaOf } from './database/migrations.js';
export {
  grpcClient,
  type GrpcClientConstructor,
  type PromisifiedClient,
  type RpcCallOptions,
} from './grpc/grpc-client.js';
export { type GrpcServiceBinding } from './grpc/grpc-server.js';
export { RpcError, rpcErrorFrom, type RemoteError } from './grpc/rpc-error.js';
export { validRequest } from './grpc/valid-request.js';
export { HealthRegistry } from './health/health-registry.js';
export { Inbox } from './inbox/inbox.js';
export { KitModule, type KitModuleOptions } from './kit.module.js';
export { Logger } from './logging/logger.js';
export { redactText } from './logging/redaction.js';
export { encodeEvent, MalformedEventError, type EventMeta } from './messaging/envelope.js';
export { type ReceivedEvent } from './messaging/event-handling.js';
export { Messaging, type ConsumeBatchOptions, type ConsumeOptions } from './messaging/messaging.js';
export { type Consumer } from './messaging/pull-consumer.js';
export { Metrics } from './metrics/metrics.js';
export { Outbox } from './outbox/outbox.js';
export {
  createService,
  type RunningService,
  type ServiceOptions,
} from './process/create-service.js';
export { Shutdown } from './process/shutdown.js';
export { startService } from './process/start-service.js';
export { contextFrom, inSpan, traceHeaders } from './telemetry/tracing.js';
