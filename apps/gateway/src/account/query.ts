import { badField } from '../errors/request-error.js';

const maxShownLength = 64;

/** The members of a query, each known and given once. Throws 400 naming one that is not. */
export function readQuery<K extends string>(
  query: Readonly<Record<string, unknown>>,
  known: readonly K[],
): Partial<Record<K, string>> {
  for (const [given, value] of Object.entries(query)) {
    const name = given.slice(0, maxShownLength);
    if (!(known as readonly string[]).includes(given)) {
      const taken = known.length === 0 ? 'no members' : known.join(' and ');
      throw badField(name, `'${name}' is not taken: the query of this route has ${taken}.`);
    }
    if (typeof value !== 'string') throw badField(name, `'${name}' is given more than once.`);
  }
  return query as Partial<Record<K, string>>;
}
