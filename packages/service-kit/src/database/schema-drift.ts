import type { Database } from './database.js';

/**
 * The statements that would bring the database to what its entities say: none, as long as they describe
 * what the migrations make. Runs none of them; for tests.
 */
export async function schemaDrift(database: Database): Promise<string[]> {
  const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}
