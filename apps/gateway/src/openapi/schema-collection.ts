import { isObject, type JsonSchema } from '@modelbridge/llm-wire';

const defs = '#/$defs/';
const components = '#/components/schemas/';

/** JSON Schemas as OpenAPI has them: those with a name stand in one place and are referred to. */
export class SchemaCollection {
  readonly named: Record<string, unknown> = {};

  /** `isOpen`: members that are not told may be there, as in answers, which grow. */
  add(schema: JsonSchema, isOpen = false): JsonSchema {
    const { $schema: _, $defs: named, ...rest } = schema;
    if (isObject(named)) {
      for (const [name, each] of Object.entries(named)) this.named[name] = tidied(each, isOpen);
    }
    return tidied(rest, isOpen) as JsonSchema;
  }
}

function tidied(value: unknown, isOpen: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => tidied(each, isOpen));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => !isNoise(name, each, value, isOpen))
      .map(([name, each]) => [
        name,
        name === '$ref' && typeof each === 'string'
          ? each.replace(defs, components)
          : tidied(each, isOpen),
      ]),
  );
}

/** What zod writes that tells a reader nothing: its bounds of integers, and how a date is spelt. */
function isNoise(
  name: string,
  value: unknown,
  schema: Readonly<Record<string, unknown>>,
  isOpen: boolean,
): boolean {
  if (name === 'pattern') return schema['format'] === 'date-time';
  if (name === 'additionalProperties') return isOpen && value === false;
  return Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER && /^(min|max)imum$/.test(name);
}
