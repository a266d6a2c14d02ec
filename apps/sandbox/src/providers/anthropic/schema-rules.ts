import { arrayOf, isObject, type JsonObject, objectOf } from '../../json.js';
import { schemaNodes, typesOf } from '../../json-schema.js';
import { invalidRequest } from './anthropic-models.js';

const RANGE = ['exclusiveMaximum', 'exclusiveMinimum', 'maximum', 'minimum', 'multipleOf'];

/** Keywords that structured output does not take, by the type that they are said of. */
const UNSUPPORTED: Record<string, string[]> = {
  integer: RANGE,
  number: RANGE,
  string: ['maxLength', 'minLength'],
  array: ['maxItems', 'uniqueItems'],
};

/** Throws for a schema outside the subset of JSON schema that structured output takes. */
export function checkStrictSchema(schema: JsonObject, path: string): void {
  for (const { schema: node } of schemaNodes(schema)) {
    if (Array.isArray(node.oneOf)) refuse(path, "Schema type 'oneOf' is not supported");
    for (const type of typesOf(node)) checkType(node, type, path);
  }
}

function checkType(node: JsonObject, type: string, path: string): void {
  if (type === 'object' && node.additionalProperties !== false) {
    refuse(path, "For 'object' type, 'additionalProperties' must be explicitly set to false");
  }
  if (type === 'array' && Number(node.minItems ?? 0) > 1) {
    const words = "'minItems' values other than 0 or 1 are not supported";
    refuse(path, `For 'array' type, ${words} (got: ${Number(node.minItems)})`);
  }
  const used = (UNSUPPORTED[type] ?? []).filter((keyword) => node[keyword] !== undefined);
  if (used.length === 1) {
    refuse(path, `For '${type}' type, property '${used[0]}' is not supported`);
  }
  if (used.length > 1) {
    refuse(path, `For '${type}' type, properties ${used.join(', ')} are not supported`);
  }
}

const PROPERTY_KEY = /^[a-zA-Z0-9_.-]{1,64}$/;

/** Throws for the schema of a tool's input that Anthropic does not take from any tool. */
export function checkInputSchema(schema: JsonObject, path: string): void {
  if (![...schemaNodes(schema)].every(({ schema: node }) => isOfCurrentDraft(node))) {
    refuse(
      path,
      'JSON schema is invalid. It must match JSON Schema draft 2020-12 ' +
        '(https://json-schema.org/draft/2020-12). Learn more about tool use at ' +
        'https://docs.claude.com/en/docs/tool-use.',
    );
  }
  if (['oneOf', 'allOf', 'anyOf'].some((keyword) => arrayOf(schema[keyword]).length > 0)) {
    refuse(path, 'input_schema does not support oneOf, allOf, or anyOf at the top level');
  }
  const keys = Object.keys(isObject(schema.properties) ? objectOf(schema.properties) : {});
  if (keys.every((key) => PROPERTY_KEY.test(key))) return;
  refuse(`${path}.properties`, `Property keys should match pattern '${PROPERTY_KEY.source}'`);
}

/** By some of the keywords whose form has changed, or that serializers write as null. */
function isOfCurrentDraft(node: JsonObject): boolean {
  const bounds = [node.exclusiveMinimum, node.exclusiveMaximum];
  return (
    bounds.every((bound) => typeof bound !== 'boolean') &&
    !Array.isArray(node.items) &&
    (node.required === undefined || Array.isArray(node.required))
  );
}

function refuse(path: string, words: string): never {
  throw invalidRequest(`${path}: ${words}`);
}

/** How many members of the objects in a schema are not required. */
export function optionalMembers(schema: unknown): number {
  if (!isObject(schema)) return 0;
  let count = 0;
  for (const { schema: node } of schemaNodes(schema)) {
    const required = new Set(arrayOf(node.required));
    count += Object.keys(objectOf(node.properties)).filter((name) => !required.has(name)).length;
  }
  return count;
}
