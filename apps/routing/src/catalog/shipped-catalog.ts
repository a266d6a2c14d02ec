import { readFileSync } from 'node:fs';

/** The catalog that this build brings: `catalog/catalog.json`, not yet validated. */
export function shippedCatalog(): unknown {
  const file = new URL('../../catalog/catalog.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as unknown;
}
