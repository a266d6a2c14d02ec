import { arrayOf, isObject, type JsonObject } from './json.js';
import { MAX_SCHEMA_DEPTH } from './bounds.js';

/** A schema within a JSON schema, and the keywords that lead to it. */
export interface SchemaNode {
  schema: JsonObject;
  context: string[];
}

const MAPS = ['properties', '$defs', 'definitions'];
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const SINGLES = ['items', 'additionalProperties', 'not'];

/** `schema` and the schemas within it, the outer ones first. */
export function* schemaNodes(
  schema: JsonObject,
  context: string[] = [],
): Generator<SchemaNode, void, undefined> {
  yield { schema, context };
  if (context.length > 2 * MAX_SCHEMA_DEPTH) return;
  for (const { keys, inner } of children(schema)) {
    yield* schemaNodes(inner, [...context, ...keys]);
  }
}

function* children(schema: JsonObject): Generator<{ keys: string[]; inner: JsonObject }> {
  for (const keyword of MAPS) {
    const members = schema[keyword];
    if (!isObject(members)) continue;
    for (const [name, inner] of Object.entries(members)) {
      if (isObject(inner)) yield { keys: [keyword, name], inner };
    }
  }
  for (const keyword of LISTS) {
    for (const [index, inner] of arrayOf(schema[keyword]).entries()) {
      if (isObject(inner)) yield { keys: [keyword, String(index)], inner };
    }
  }
  for (const keyword of SINGLES) {
    const inner = schema[keyword];
    if (isObject(inner)) yield { keys: [keyword], inner };
  }
}

/** The JSON types that a schema names. */
export function typesOf({ type }: JsonObject): string[] {
  return (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
}
