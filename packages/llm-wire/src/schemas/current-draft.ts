import { isObject, type JsonObject } from '../json.js';
import { mapSchemas, typesOf } from './subschemas.js';

/** Keywords by which null is a value, and not an absence that a serializer wrote down. */
const OF_VALUES = new Set(['const', 'default', 'example', 'examples']);
const BOUNDS = [
  ['exclusiveMinimum', 'minimum'],
  ['exclusiveMaximum', 'maximum'],
] as const;

/**
 * The schema in draft 2020-12, by which both vendors check it: tools are declared in older ones, and with
 * nulls. Every list says what it holds, since OpenAI refuses one that does not.
 */
export function currentDraft(schema: JsonObject): JsonObject {
  return mapSchemas(schema, (each) => withItems(withNumericBounds(withoutEmpty(each))));
}

function withoutEmpty(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([keyword, value]) => {
    if (value === null) return OF_VALUES.has(keyword);
    if (keyword === 'required') return Array.isArray(value);
    return keyword !== 'enum' || (Array.isArray(value) && value.length > 0);
  });
  return kept.length === Object.keys(schema).length ? schema : Object.fromEntries(kept);
}

/** Draft 4 says by a boolean that a bound is exclusive. */
function withNumericBounds(schema: JsonObject): JsonObject {
  let current = schema;
  for (const [exclusive, inclusive] of BOUNDS) {
    const isExclusive = schema[exclusive];
    if (typeof isExclusive !== 'boolean') continue;
    const { [exclusive]: _, [inclusive]: bound, ...rest } = current;
    current = rest;
    if (bound !== undefined) current = { ...rest, [isExclusive ? exclusive : inclusive]: bound };
  }
  return current;
}

function withItems(schema: JsonObject): JsonObject {
  const { items, prefixItems, additionalItems: _, ...rest } = schema;
  if (Array.isArray(items)) {
    const places = items.map((each: unknown) => (isObject(each) ? currentDraft(each) : each));
    return { ...rest, prefixItems: places, items: anyOf(places) };
  }
  if (items !== undefined || !typesOf(schema).includes('array')) return schema;
  if (!Array.isArray(prefixItems)) return { ...schema, items: {} };
  return { ...schema, items: anyOf(prefixItems) };
}

/** What stands at any of the places of a tuple. */
function anyOf(places: unknown[]): unknown {
  const texts = new Set(places.map((place) => JSON.stringify(place)));
  const kinds = [...texts].map((text) => JSON.parse(text) as unknown);
  return kinds.length > 1 ? { anyOf: kinds } : (kinds[0] ?? {});
}
