import { migrationDirsOf, schemaOf, type Schema } from '../database/migrations.js';

/** A service's tables as a template for `testPostgres`: made once in a run, and cloned for each of its tests. */
export const templateOf = (schema: Schema): ReturnType<typeof schemaOf> =>
  schemaOf(migrationDirsOf(schema));
