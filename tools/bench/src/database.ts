import pg from 'pg';
import type { Lifetime } from './lifetime.js';
import type { Stack } from './stack.js';

/** A connection to the database of one service, named as it is there. */
export async function connectDatabase(
  lifetime: Lifetime,
  stack: Stack,
  name: string,
): Promise<pg.Client> {
  const url = new URL(stack.postgres);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  lifetime.onEnd(() => client.end());
  return client;
}
