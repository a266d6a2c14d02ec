import { arrayAt, isObject, objectAt, type JsonObject } from '../json.js';
import { currentDraft } from './current-draft.js';
import { describing, everySchema, mapSchemas, typesOf } from './subschemas.js';

/** Keywords of the subset of JSON Schema that Anthropic's strict mode takes, whatever the type. */
const KEPT = new Set(
  'type enum const anyOf allOf $ref $defs definitions description title default'.split(' '),
);
const KEPT_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'minItems'],
  string: ['format'],
};
const FORMATS = new Set<unknown>(
  'date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '),
);
const SAYS_WHAT_IT_IS = ['type', 'enum', 'const', 'anyOf', 'allOf', '$ref'];

/**
 * The schema in the subset that Anthropic's strict mode takes; undefined where that would say something
 * else. Keywords outside of it are told in the description, as Anthropic's SDK does it.
 */
export function anthropicStrict(schema: JsonObject): JsonObject | undefined {
  const subset = mapSchemas(currentDraft(schema), inSubset);
  return everySchema(subset, isTaken) && !isRecursive(subset) ? subset : undefined;
}

function inSubset(schema: JsonObject): JsonObject {
  const { oneOf, $schema: _, ...given } = schema;
  const known = oneOf === undefined || 'anyOf' in given ? given : { ...given, anyOf: oneOf };
  const types = typesOf(known);
  const kept = new Set([...KEPT, ...types.flatMap((type) => KEPT_OF_TYPE[String(type)] ?? [])]);
  const told: JsonObject = {};
  const result: JsonObject = {};
  for (const [keyword, value] of Object.entries(known)) {
    (kept.has(keyword) && isKeptValue(keyword, value) ? result : told)[keyword] = value;
  }
  if (types.includes('object')) {
    result['properties'] ??= {};
    if (!isMap(schema)) {
      delete told['additionalProperties'];
      result['additionalProperties'] = false;
    }
  }
  return describing(result, told);
}

function isKeptValue(keyword: string, value: unknown): boolean {
  switch (keyword) {
    case 'minItems':
      return value === 0 || value === 1;
    case 'format':
      return FORMATS.has(value);
    case 'enum':
      return Array.isArray(value) && value.every(isPlain);
    case 'const':
      return isPlain(value);
    case 'additionalProperties':
      return value === false;
    default:
      return true;
  }
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** An object whose members have any names cannot be closed. */
function isMap(schema: JsonObject): boolean {
  const others = schema['additionalProperties'];
  const isEmpty = Object.keys(objectAt(schema, 'properties') ?? {}).length === 0;
  return (
    isObject(others) ||
    (isEmpty && others !== false && others !== undefined) ||
    (isEmpty && 'patternProperties' in schema)
  );
}

function isTaken(schema: JsonObject): boolean {
  if (!SAYS_WHAT_IT_IS.some((keyword) => keyword in schema)) return false;
  const types = typesOf(schema);
  if (types.includes('object') && schema['additionalProperties'] !== false) return false;
  if (types.includes('array') && !isObject(schema['items'])) return false;
  if (arrayAt(schema, 'allOf').some((each) => isObject(each) && '$ref' in each)) return false;
  return !('$ref' in schema) || definitionOf(schema['$ref']) !== undefined;
}

/** The name of the definition that a reference is to. */
function definitionOf(ref: unknown): string | undefined {
  return typeof ref === 'string' ? /^#\/(?:\$defs|definitions)\/(.+)$/.exec(ref)?.[1] : undefined;
}

function isRecursive(schema: JsonObject): boolean {
  const definitions = { ...objectAt(schema, 'definitions'), ...objectAt(schema, '$defs') };
  const uses = new Map(
    Object.entries(definitions).map(([name, each]) => [name, isObject(each) ? refsIn(each) : []]),
  );
  const leadsBack = (name: string, from: string, seen: Set<string>): boolean =>
    (uses.get(from) ?? []).some((next) => {
      if (next === name) return true;
      if (seen.has(next)) return false;
      return leadsBack(name, next, seen.add(next));
    });
  return [...uses.keys()].some((name) => leadsBack(name, name, new Set()));
}

function refsIn(schema: JsonObject): string[] {
  const names: string[] = [];
  everySchema(schema, ({ $ref: ref }) => {
    const name = definitionOf(ref);
    if (name !== undefined) names.push(name);
    return true;
  });
  return names;
}

/** What Anthropic bounds over all strict schemas of a request. */
export interface StrictCost {
  /** Members that are not required. */
  optional: number;
  /** Members of several types. */
  unions: number;
}

export const STRICT_BOUNDS = { tools: 20, optional: 24, unions: 16 };

export function strictCost(schema: JsonObject): StrictCost {
  const cost = { optional: 0, unions: 0 };
  everySchema(schema, (each) => {
    const names = Object.keys(objectAt(each, 'properties') ?? {});
    const required = new Set(arrayAt(each, 'required'));
    cost.optional += names.filter((name) => !required.has(name)).length;
    if ('anyOf' in each || Array.isArray(each['type'])) cost.unions++;
    return true;
  });
  return cost;
}
