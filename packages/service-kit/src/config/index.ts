export { size } from './size.js';
export { ConfigError, loadConfig } from './load-config.js';
export {
  databaseConfig,
  grpcServerConfig,
  grpcTarget,
  httpConfig,
  logConfig,
  natsConfig,
  origin,
  tlsConfig,
  type TlsFiles,
} from './shapes.js';
