export { isDatabaseUnavailable } from './database-unavailable.js';
export { Database, databaseErrorCode, violatedConstraint, type Tx } from './database.js';
export { schemaDrift } from './schema-drift.js';
export { isolateFailures, type Failure } from './isolate-failures.js';
