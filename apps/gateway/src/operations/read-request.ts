import type { z } from 'zod';
import { isObject, type JsonSchema } from '@modelbridge/llm-wire';
import type { FieldErrorCode } from '../errors/public-errors.js';
import { badField, type RequestError } from '../errors/request-error.js';
import { inWords, schemaAt } from './describe.js';
import { jsonSchemaOf, type AskedOf, type Operation } from './operation.js';

export interface GivenRequest {
  params: unknown;
  query: unknown;
  body: unknown;
}

interface Fault {
  param: string;
  code: FieldErrorCode;
  message: string;
}

const maxShownLength = 64;
const schemas = new WeakMap<z.ZodType, JsonSchema>();

/** Throws 400 that names every member that is wrong, the first as `param`. */
export function readRequest<O extends Operation>(operation: O, given: GivenRequest): AskedOf<O> {
  const { params, query, body } = operation;
  return {
    params: read(params, given.params, 'path'),
    query: read(query, fromText(query, given.query), 'query'),
    body: body && read(body, given.body ?? {}, 'body'),
  } as AskedOf<O>;
}

function read(schema: z.ZodType, value: unknown, place: string): unknown {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => faultsOf(schema, issue, place));
  // Of one member the first is enough.
  throw refusal(
    [...new Map(faults.reverse().map((fault) => [fault.param, fault])).values()].reverse(),
  );
}

function refusal(faults: readonly Fault[]): RequestError {
  const [first] = faults as [Fault];
  const error = badField(first.param, first.message, first.code);
  if (faults.length > 1) error.options.details = { errors: faults };
  return error;
}

function faultsOf(schema: z.ZodType, issue: z.core.$ZodIssue, place: string): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownMember(schema, [...issue.path, key], place));
  }
  const param = shown(issue.path);
  if (issue.input === undefined && issue.code !== 'custom') {
    return [{ param, code: 'missing_required_parameter', message: `'${param}' is required.` }];
  }
  const wanted = schemaAt(known(schema), issue.path);
  const own = /^must /.test(issue.message) ? issue.message : undefined;
  const words = own ?? (wanted === undefined ? 'is not valid' : `must be ${inWords(wanted)}`);
  const message = param === '' ? `The ${place} ${words}.` : `'${param}' ${words}.`;
  return [{ param: param === '' ? place : param, code: 'invalid_value', message }];
}

function unknownMember(schema: z.ZodType, path: readonly PropertyKey[], place: string): Fault {
  const param = shown(path);
  const { properties } = schemaAt(known(schema), path.slice(0, -1)) ?? {};
  const names = isObject(properties) ? Object.keys(properties) : [];
  const taken = names.length === 0 ? 'no members' : names.join(', ');
  const message = `'${param}' is not taken: the ${place} of this route has ${taken}.`;
  return { param, code: 'unsupported_parameter', message };
}

/** Numbers where the schema asks for them; a member that is given twice stays a list, which is refused. */
function fromText(schema: z.ZodType, query: unknown): unknown {
  if (!isObject(query)) return query;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const type = schemaAt(known(schema), [name])?.['type'];
      const isNumber = type === 'integer' && typeof value === 'string' && /^\d{1,15}$/.test(value);
      return [name, isNumber ? Number(value) : value];
    }),
  );
}

function known(schema: z.ZodType): JsonSchema {
  const found = schemas.get(schema) ?? jsonSchemaOf(schema);
  schemas.set(schema, found);
  return found;
}

function shown(path: readonly PropertyKey[]): string {
  const text = path
    .map((part, at) =>
      typeof part === 'number' ? `[${part}]` : (at > 0 ? '.' : '') + String(part),
    )
    .join('');
  return text.slice(0, maxShownLength);
}
