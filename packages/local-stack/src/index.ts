export {
  certificatePaths,
  ensureCertificates,
  type CertificatePaths,
} from './certificates/certificate-files.js';
export { findNatsServer } from './nats/find.js';
export { pingNats, startNats, type RunningNats } from './nats/server.js';
export { assertPortFree, freePort, PortTakenError } from './ports/ports.js';
export { removeDataDirectory } from './postgres/data-directory.js';
export { pingPostgres, startPostgres, type RunningPostgres } from './postgres/server.js';
export { withLogFile } from './process/log-file.js';
export { poll } from './process/poll.js';
export { isRunning, startTimeOf } from './process/process-info.js';
export {
  guardsNaming,
  startGuarded,
  type GuardedProcess,
  type ProcessExit,
} from './process/guarded-process.js';
export { SharedGuard } from './process/shared-guard.js';
export { secretFromFile, writeSecretFile } from './secrets/secret-file.js';
