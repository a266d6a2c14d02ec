import { arrayAt, isObject, objectAt, stringAt, type JsonObject } from '../json.js';
import { currentDraft } from './current-draft.js';
import { describing } from './subschemas.js';

/** What neither vendor takes at the top of a tool's parameters. */
const COMBINATIONS = ['oneOf', 'anyOf', 'allOf', 'enum', 'not'];

/**
 * The parameters of a tool as both vendors take them: one object with its properties, whose arrays say
 * what they hold. What a combination at the top demands beyond that is told in the description.
 */
export function objectSchema(schema: JsonObject | undefined): JsonObject {
  const flat = withoutCombinations(currentDraft(withoutReference(schema ?? {})));
  const properties = objectAt(flat, 'properties') ?? {};
  return { ...flat, type: 'object', properties };
}

/** A schema that only refers to one of its definitions is that definition. */
function withoutReference(schema: JsonObject): JsonObject {
  const meant = resolved(schema, schema);
  if (meant === schema) return schema;
  const { $ref: _, ...rest } = schema;
  return { ...meant, ...rest };
}

function withoutCombinations(schema: JsonObject): JsonObject {
  const combined = COMBINATIONS.filter((keyword) => keyword in schema);
  if (combined.length === 0) return schema;
  const rest: JsonObject = { ...schema };
  const told: JsonObject = {};
  const found = new Map<string, JsonObject[]>();
  const required = new Set(arrayAt(schema, 'required'));
  add(found, schema);
  for (const keyword of combined) {
    told[keyword] = schema[keyword];
    delete rest[keyword];
    const branches = arrayAt(schema, keyword)
      .filter(isObject)
      .map((branch) => resolved(branch, schema));
    for (const branch of branches) add(found, branch);
    for (const name of requiredBy(keyword, branches)) required.add(name);
  }
  const properties = Object.fromEntries([...found].map(([name, all]) => [name, anyOf(all)]));
  const needed = [...required].filter((name) => found.has(String(name)));
  return describing({ ...rest, properties, required: needed }, told);
}

function add(found: Map<string, JsonObject[]>, schema: JsonObject): void {
  for (const [name, property] of Object.entries(objectAt(schema, 'properties') ?? {})) {
    const all = found.get(name) ?? [];
    const own = isObject(property) ? property : {};
    if (!all.some((each) => JSON.stringify(each) === JSON.stringify(own))) all.push(own);
    found.set(name, all);
  }
}

function anyOf(schemas: JsonObject[]): JsonObject {
  return schemas.length === 1 ? schemas[0]! : { anyOf: schemas };
}

/** Of alternatives, what all of them require. */
function requiredBy(keyword: string, branches: JsonObject[]): unknown[] {
  if (keyword === 'allOf') return branches.flatMap((branch) => arrayAt(branch, 'required'));
  const [first, ...others] = branches.map((branch) => arrayAt(branch, 'required'));
  return (first ?? []).filter((name) => others.every((names) => names.includes(name)));
}

/** A branch that only refers to a definition of the schema is that definition. */
function resolved(branch: JsonObject, schema: JsonObject): JsonObject {
  const [, group = '', name = ''] =
    /^#\/(\$defs|definitions)\/([^/]+)$/.exec(stringAt(branch, '$ref') ?? '') ?? [];
  return objectAt(objectAt(schema, group), name) ?? branch;
}
