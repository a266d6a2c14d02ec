import { isObject, type JsonSchema } from '@modelbridge/llm-wire';

/** What stands at a place in a value of this schema; undefined where the schema says nothing of it. */
export function schemaAt(schema: unknown, path: readonly PropertyKey[]): JsonSchema | undefined {
  if (!isObject(schema)) return undefined;
  const [name, ...rest] = path;
  if (name === undefined) return schema;
  const { properties, items, anyOf, additionalProperties } = schema;
  const own = isObject(properties) ? properties[String(name)] : undefined;
  const next = own ?? (typeof name === 'number' ? items : additionalProperties);
  if (next !== undefined) return schemaAt(next, rest);
  return Array.isArray(anyOf)
    ? anyOf.map((each) => schemaAt(each, path)).find((found) => found !== undefined)
    : undefined;
}

/** What a value of the schema must be, in words. */
export function inWords(schema: JsonSchema): string {
  const { type, enum: values, const: only, anyOf } = schema;
  if (Array.isArray(anyOf)) return anyOf.map((each) => inWords(each as JsonSchema)).join(', or ');
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(values)) return `one of ${values.join(', ')}`;
  if (Array.isArray(type)) {
    return type.map((each: unknown) => inWords({ ...schema, type: each })).join(', or ');
  }
  switch (type) {
    case 'integer':
      return `an integer${range(schema, 'minimum', 'maximum')}`;
    case 'number':
      return `a number${range(schema, 'minimum', 'maximum')}`;
    case 'string':
      return textInWords(schema);
    case 'array':
      return `a list${sized(schema, 'minItems', 'maxItems', 'elements')}`;
    case 'object':
      return 'an object';
    case 'boolean':
      return 'true or false';
    default:
      return String(type);
  }
}

function textInWords(schema: JsonSchema): string {
  if (schema['format'] === 'date-time') return 'a time such as 2026-11-28T00:00:00Z';
  return `a string${sized(schema, 'minLength', 'maxLength', 'characters')}`;
}

function range(schema: JsonSchema, least: string, most: string): string {
  const [min, max] = [boundOf(schema[least]), boundOf(schema[most])];
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}

function sized(schema: JsonSchema, least: string, most: string, what: string): string {
  const [min, max] = [boundOf(schema[least]), boundOf(schema[most])];
  if (min !== undefined && max !== undefined) return ` of ${min} to ${max} ${what}`;
  if (min !== undefined) return ` of at least ${min} ${what}`;
  return max === undefined ? '' : ` of at most ${max} ${what}`;
}

/** What no bound at all is written as is none. */
function boundOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
}
