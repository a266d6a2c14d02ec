export { ConfigError, loadConfig } from './config/load-config.js';
export {
  databaseConfig,
  grpcServerConfig,
  grpcTarget,
  httpConfig,
  logConfig,
  natsConfig,
  tlsConfig,
} from './config/shapes.js';
export { Database, databaseErrorCode, type Tx } from './database/database.js';
export { isolateFailures, type Failure } from './database/isolate-failures.js';
export { schemaOf } from './database/migrations.js';
export { grpcClient, type PromisifiedClient } from './grpc/grpc-client.js';
export { RpcError, rpcErrorFrom, type RemoteError } from './grpc/rpc-error.js';
export { validRequest } from './grpc/valid-request.js';
export { HealthRegistry } from './health/health-registry.js';
export { KitModule } from './kit.module.js';
export { Logger } from './logging/logger.js';
export { encodeEvent } from './messaging/envelope.js';
export { Messaging } from './messaging/messaging.js';
export { Metrics } from './metrics/metrics.js';
export { Outbox } from './outbox/outbox.js';
export {
  createService,
  type RunningService,
  type ServiceOptions,
} from './process/create-service.js';
export { KickedLoop } from './process/kicked-loop.js';
export { Shutdown } from './process/shutdown.js';
export { startService } from './process/start-service.js';
