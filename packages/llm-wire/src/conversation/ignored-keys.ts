import type { JsonObject } from '../json.js';

/** The top-level members that a reader does not know; null says nothing and is not counted. */
export function unknownKeys(body: JsonObject, known: ReadonlySet<string>): string[] {
  return Object.keys(body).filter((key) => !known.has(key) && (body[key] ?? null) !== null);
}
