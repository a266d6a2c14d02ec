export { isDatabaseUnavailable } from './database-unavailable.js';
export { Database, databaseErrorCode, type Tx } from './database.js';
export { isolateFailures, type Failure } from './isolate-failures.js';
