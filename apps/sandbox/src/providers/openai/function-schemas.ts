import { arrayOf, isObject, type JsonObject, objectOf } from '../../json.js';
import { schemaNodes, typesOf } from '../../json-schema.js';
import { invalid } from './openai-requests.js';

const COMBINATIONS = ['oneOf', 'anyOf', 'allOf', 'enum', 'not'];

export interface SchemaPlace {
  /** As in "Invalid schema for …". */
  owner: string;
  param: string;
  strict: boolean;
}

/** Throws for the parameters of a function that OpenAI does not take as a schema. */
export function checkFunctionSchema(schema: unknown, place: SchemaPlace): void {
  if (!isObject(schema)) return;
  const refuse = refusal(place, 'invalid_function_parameters');
  if (schema.type !== 'object') {
    const type = schema.type === undefined ? 'None' : JSON.stringify(schema.type);
    const named = type.replaceAll('"', '');
    refuse(`schema must be a JSON Schema of 'type: "object"', got 'type: "${named}"'.`);
  }
  if (COMBINATIONS.some((keyword) => schema[keyword] !== undefined)) {
    const keywords = COMBINATIONS.map((keyword) => `'${keyword}'`).join('/');
    refuse(`schema must have type 'object' and not have ${keywords} at the top level.`);
  }
  if (!isObject(schema.properties)) refuse('In context=(), object schema missing properties.');
  checkNodes(schema, place, refuse);
}

/** Throws for a schema of the answer that OpenAI does not take. */
export function checkFormatSchema(schema: unknown, place: SchemaPlace): void {
  if (!isObject(schema)) return;
  checkNodes(schema, place, refusal(place, 'invalid_json_schema'));
}

function checkNodes(
  schema: JsonObject,
  { strict }: SchemaPlace,
  refuse: (words: string) => void,
): void {
  for (const { schema: node, context } of schemaNodes(schema)) {
    const at = `In context=${tuple(context)}`;
    const types = typesOf(node);
    if (node.required === null) refuse("None is not of type 'array'.");
    if (Array.isArray(node.items)) refuse(`${at}, array schema items is not an object.`);
    if (types.includes('array') && node.items === undefined) {
      refuse(`${at}, array schema missing items.`);
    }
    if (strict && types.includes('object')) checkStrictObject(node, at, refuse);
  }
}

function checkStrictObject(node: JsonObject, at: string, refuse: (words: string) => void): void {
  if (node.additionalProperties !== false) {
    refuse(`${at}, 'additionalProperties' is required to be supplied and to be false.`);
  }
  const required = new Set(arrayOf(node.required));
  const missing = Object.keys(objectOf(node.properties)).find((name) => !required.has(name));
  if (missing === undefined) return;
  refuse(
    `${at}, 'required' is required to be supplied and to be an array including every key in ` +
      `properties. Missing '${missing}'.`,
  );
}

function refusal({ owner, param }: SchemaPlace, code: string): (words: string) => void {
  return (words) => {
    throw invalid(`Invalid schema for ${owner}: ${words}`, param, code);
  };
}

/** As Python writes a tuple. */
function tuple(context: string[]): string {
  const items = context.map((name) => `'${name}'`);
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}
