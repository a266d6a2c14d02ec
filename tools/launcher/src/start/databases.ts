import pg from 'pg';
import { SERVICES } from '../topology/ports.js';
import { databaseOf } from '../topology/topology.js';

/** Creates the database of every service that has none yet. Their tables are their own affair. */
export async function createDatabases(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    const existing = new Set(rows.map((row) => row.datname));
    for (const database of SERVICES.map(databaseOf)) {
      if (existing.has(database)) continue;
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    }
  } finally {
    await client.end();
  }
}
