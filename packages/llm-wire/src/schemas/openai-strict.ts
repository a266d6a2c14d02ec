import { arrayAt, objectAt, type JsonObject } from '../json.js';
import { everySchema, mapSchemas, typesOf } from './subschemas.js';

/** The schema as OpenAI's strict mode takes it; undefined where it cannot say the same. */
export function openAiStrict(schema: JsonObject): JsonObject | undefined {
  return everySchema(schema, isStrict) ? mapSchemas(schema, closed) : undefined;
}

/** Every member of every object is required, and there are no others. */
function isStrict(schema: JsonObject): boolean {
  if (!typesOf(schema).includes('object')) return true;
  const names = Object.keys(objectAt(schema, 'properties') ?? {});
  const required = new Set(arrayAt(schema, 'required'));
  const others = schema['additionalProperties'];
  const isOpen = names.length === 0 && others !== false && others !== undefined;
  return names.every((name) => required.has(name)) && typeof others !== 'object' && !isOpen;
}

function closed(schema: JsonObject): JsonObject {
  if (!typesOf(schema).includes('object') || schema['additionalProperties'] === false) {
    return schema;
  }
  return { ...schema, additionalProperties: false };
}
