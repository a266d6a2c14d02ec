import { arrayAt, isObject, type JsonObject } from '../json.js';

/** Keywords under which a schema has others: by name, in a list, or one. */
const BY_NAME = ['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas'];
const IN_LIST = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const ALONE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains'];

/** The schema with `change` made to every schema in it, the inner ones first; the same where none changes. */
export function mapSchemas(
  schema: JsonObject,
  change: (schema: JsonObject) => JsonObject,
): JsonObject {
  const inner = (value: unknown): unknown => (isObject(value) ? mapSchemas(value, change) : value);
  let mapped = schema;
  const set = (keyword: string, value: unknown): void => {
    if (mapped === schema) mapped = { ...schema };
    mapped[keyword] = value;
  };
  for (const keyword of BY_NAME) {
    const members = schema[keyword];
    if (!isObject(members)) continue;
    const entries = Object.entries(members).map(([name, value]) => [name, inner(value)] as const);
    if (entries.some(([name, value]) => value !== members[name])) {
      set(keyword, Object.fromEntries(entries));
    }
  }
  for (const keyword of IN_LIST) {
    const list = arrayAt(schema, keyword);
    const values = list.map(inner);
    if (values.some((value, i) => value !== list[i])) set(keyword, values);
  }
  for (const keyword of ALONE) {
    const value = inner(schema[keyword]);
    if (value !== schema[keyword]) set(keyword, value);
  }
  return change(mapped);
}

/** Whether a schema and all schemas in it hold. */
export function everySchema(schema: JsonObject, holds: (schema: JsonObject) => boolean): boolean {
  let all = true;
  mapSchemas(schema, (each) => {
    all &&= holds(each);
    return each;
  });
  return all;
}

/** The JSON types that a schema names. */
export function typesOf({ type }: JsonObject): unknown[] {
  return Array.isArray(type) ? type : [type];
}

/** The schema, its description saying what the upstream's own keywords do not. */
export function describing(schema: JsonObject, told: JsonObject): JsonObject {
  const members = Object.entries(told).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  if (members.length === 0) return schema;
  const own = schema['description'];
  const lead = typeof own === 'string' && own !== '' ? `${own}\n\n` : '';
  return { ...schema, description: `${lead}{${members.join(', ')}}` };
}
