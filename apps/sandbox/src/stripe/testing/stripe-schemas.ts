import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { buildGenerator, getProgramFromFiles } from 'typescript-json-schema';
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from '../../json.js';

const typesFile = fileURLToPath(new URL('../core/tables.ts', import.meta.url));
const thisFile = fileURLToPath(import.meta.url);
const cache = fileURLToPath(
  new URL('../../../../../node_modules/.cache/stripe-schemas', import.meta.url),
);

/**
 * What objects of Stripe look like, from the types of its SDK: members that have to be there, their types and values,
 * and no others. Made once for each release of the SDK, which takes some seconds.
 */
export class StripeSchemas {
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly ajv = new Ajv({ strict: false, validateFormats: false });
  private readonly properties: JsonObject;

  constructor() {
    const { definitions, properties } = known() ?? fromTypes();
    this.properties = properties;
    this.ajv.addSchema({ $id: 'stripe', definitions });
  }

  /** What is wrong with an object; nothing where it is as the types say. */
  problems(object: object): string[] {
    const kind = stringOf((object as JsonObject)['object']);
    let validate = this.validators.get(kind);
    if (validate === undefined) {
      const { $ref } = objectOf(this.properties[kind]);
      if (typeof $ref !== 'string') return [`no type is known of ${kind}`];
      validate = this.ajv.compile({ $ref: `stripe${$ref}` });
      this.validators.set(kind, validate);
    }
    validate(JSON.parse(JSON.stringify(object)));
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${kind}${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
    );
  }
}

interface Schemas {
  definitions: JsonObject;
  properties: JsonObject;
}

/** What was made of the same types by the same tools. */
function cacheFile(): string {
  const require = createRequire(import.meta.url);
  const hash = createHash('sha256').update(readFileSync(typesFile)).update(readFileSync(thisFile));
  for (const name of ['stripe', 'typescript-json-schema']) {
    hash.update(require.resolve(name));
  }
  return join(cache, `${hash.digest('hex').slice(0, 16)}.json`);
}

function known(): Schemas | undefined {
  const file = cacheFile();
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Schemas) : undefined;
}

function kept(schemas: Schemas): Schemas {
  mkdirSync(cache, { recursive: true });
  const file = cacheFile();
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(schemas));
  renameSync(unfinished, file);
  return schemas;
}

function fromTypes(): Schemas {
  const program = getProgramFromFiles([typesFile], {
    module: 'nodenext',
    moduleResolution: 'nodenext',
    target: 'es2022',
    // Not the DOM's, which has an Event too.
    lib: ['lib.es2022.d.ts'],
    strict: true,
    types: [],
    skipLibCheck: true,
    noEmit: true,
  });
  const generator = buildGenerator(program, {
    required: true,
    noExtraProps: true,
    strictNullChecks: true,
    ref: true,
    ignoreErrors: true,
  });
  if (generator === null) throw new Error(`no schema could be made of ${typesFile}`);
  const schema = generator.getSchemaForSymbol('StripeObjects') as JsonObject;
  const all = objectOf(schema['definitions']);
  const short = new Map(Object.keys(all).map((name, index) => [name, `d${index}`]));
  const rewrite = (value: unknown) => rewritten(value, short, all);
  return kept({
    definitions: Object.fromEntries(
      Object.entries(all).map(([name, definition]) => [short.get(name), rewrite(definition)]),
    ) as JsonObject,
    properties: objectOf(rewrite(schema['properties'])),
  });
}

/** A schema as ajv takes it, in which what is told by its id or as a whole is told by its id. */
function rewritten(value: unknown, short: Map<string, string>, all: JsonObject): unknown {
  if (Array.isArray(value)) return value.map((inner) => rewritten(inner, short, all));
  if (!isObject(value)) return value;
  const name = nameIn(value);
  if (name !== undefined) {
    return /\bDecimal$/.test(name)
      ? { type: 'string' }
      : { $ref: `#/definitions/${short.get(name)}` };
  }
  // `deleted?: void`
  if (Array.isArray(value['anyOf']) && value['anyOf'].length === 0) return { not: {} };
  const entries = Object.entries(value).map(([key, inner]) => [key, rewritten(inner, short, all)]);
  const result = Object.fromEntries(entries) as JsonObject;
  const isText = (choice: unknown) => [objectOf(choice)['type']].flat().includes('string');
  if (arrayOf(value['anyOf']).some(isText)) {
    const unexpanded = arrayOf(value['anyOf']).filter((choice) => !isResource(choice, all));
    result['anyOf'] = rewritten(unexpanded, short, all);
  }
  return result;
}

function nameIn({ $ref }: JsonObject): string | undefined {
  return typeof $ref === 'string'
    ? decodeURIComponent($ref.replace('#/definitions/', ''))
    : undefined;
}

/** Whether this is an object with an id of its own, or a choice of such. */
function isResource(schema: unknown, all: JsonObject): boolean {
  const name = nameIn(objectOf(schema));
  const definition = name === undefined ? objectOf(schema) : objectOf(all[name]);
  const choices = arrayOf(definition['anyOf']);
  if (choices.length > 0) return choices.every((choice) => isResource(choice, all));
  const properties = objectOf(definition['properties']);
  return 'id' in properties && 'object' in properties;
}
