import type { Key } from '@modelbridge/contracts/auth.v1';
import { byCursor } from './pages.js';
import type { PersonSources } from './person-sources.js';

const keysPerPage = 100;

/** The keys that a person has made on an account; of a team's its owner and admins see those of others, too. */
export async function* keysOn(sources: PersonSources, accountId: string): AsyncGenerator<Key> {
  const { auth, userId: actorUserId, asked } = sources;
  const all = byCursor(async (cursor) => {
    const page = { accountId, limit: keysPerPage, cursor, actorUserId };
    const { keys: items, nextCursor } = await auth.listKeys(page, asked);
    return { items, nextCursor };
  });
  for await (const key of all) if (key.userId === actorUserId) yield key;
}
