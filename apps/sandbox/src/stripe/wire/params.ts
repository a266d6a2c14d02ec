import { z } from 'zod';
import { invalidRequest, parameterMissing, type StripeError } from './stripe-error.js';
import { paramName } from './form.js';

/** A value that a form's text stands for, or Stripe's refusal of the text. */
function read<T>(parse: (value: string) => T | undefined, refusal: string, code?: string) {
  return z.string().transform((value, context): T => {
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({
      code: 'custom',
      message: `${refusal}: ${value === '' ? "''" : value}`,
      params: { code },
    });
    return z.NEVER;
  });
}

const emptyCode = 'parameter_invalid_empty';

export const text = z.string().refine((value) => value !== '', { params: { code: emptyCode } });

const whole = (value: string): number | undefined =>
  /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;

export const integer = read(whole, 'Invalid integer', 'parameter_invalid_integer');

export const positive = read(
  (value) => {
    const number = whole(value);
    return number !== undefined && number >= 1 ? number : undefined;
  },
  'This value must be greater than or equal to 1, and a whole number; it was',
  'parameter_invalid_integer',
);

export const timestamp = read(whole, 'Invalid timestamp: must be an integer Unix timestamp');

export const flag = read(
  (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
  'Invalid boolean',
);

export const currency = read(
  (value) => (/^[a-z]{3}$/i.test(value) ? value.toLowerCase() : undefined),
  'Invalid currency',
);

export const url = text.refine((value) => URL.canParse(value) && /^https?:/.test(value), {
  message: 'Not a valid URL',
  params: { code: 'url_invalid' },
});

export const email = text.refine((value) => /^[^\s@]+@[^\s@]+$/.test(value), {
  message: 'Invalid email address',
  params: { code: 'email_invalid' },
});

export function oneOf<const T extends string>(...values: T[]) {
  return read(
    (value) => values.find((known) => known === value),
    `Invalid value: must be one of ${values.join(', ')}; it was`,
  );
}

/** An empty text takes the value away. */
export function unsettable<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => (value === '' ? null : value), schema.nullable());
}

/** Stripe keeps texts; an empty one takes its key away, an empty whole all of them. */
export const metadata = z.preprocess(
  (value) => (Array.isArray(value) ? { ...value } : value === '' ? null : value),
  z.record(z.string().max(40), z.string().max(500)).nullable(),
);

export type MetadataParam = z.output<typeof metadata>;

/** What an object keeps, after a change, of metadata that it had. */
export function mergedMetadata(
  before: Record<string, string>,
  change: MetadataParam | undefined,
): Record<string, string> {
  if (change === undefined) return before;
  if (change === null) return {};
  const merged = Object.entries({ ...before, ...change });
  return Object.fromEntries(merged.filter(([, value]) => value !== ''));
}

const expand = z.array(z.string()).optional();

/** The parameters of one route: these and no others. */
export function params<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject({ ...shape, expand });
}

/** A moment, or bounds of it. */
export const range = z.preprocess(
  (value) => (typeof value === 'string' ? { gte: value, lte: value } : value),
  z.strictObject({
    gt: integer.optional(),
    gte: integer.optional(),
    lt: integer.optional(),
    lte: integer.optional(),
  }),
);

/** The parameters of a list that may be narrowed by `filters`. */
export function listParams<S extends z.ZodRawShape>(filters: S) {
  const limit = read(
    (value) => {
      const number = whole(value);
      return number !== undefined && number >= 1 && number <= 100 ? number : undefined;
    },
    'Invalid limit: must be between 1 and 100; it was',
    'parameter_invalid_integer',
  );
  return params({
    ...filters,
    limit: limit.optional(),
    starting_after: text.optional(),
    ending_before: text.optional(),
  });
}

/** Throws what Stripe says of parameters that it does not take. */
export function parsed<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw refusalOf(result.error.issues, input);
}

function refusalOf(issues: z.core.$ZodIssue[], input: unknown): StripeError {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => paramName([...issue.path, key]))
      : [],
  );
  if (unknown.length > 0) {
    const plural = unknown.length > 1 ? 's' : '';
    return invalidRequest(`Received unknown parameter${plural}: ${unknown.join(', ')}`, {
      code: 'parameter_unknown',
      param: unknown[0],
    });
  }
  const missing = issues.find(({ path }) => valueAt(input, path) === undefined);
  if (missing !== undefined) return parameterMissing(paramName(missing.path));
  const [issue] = issues as [z.core.$ZodIssue];
  const code = issue.code === 'custom' ? (issue.params?.['code'] as string | undefined) : undefined;
  const param = paramName(issue.path);
  if (code === emptyCode) return invalidRequest(emptyRefusal(param), { code, param });
  const message = issue.code === 'custom' ? issue.message : `Invalid ${param}: ${issue.message}`;
  return invalidRequest(message, { code, param });
}

function emptyRefusal(param: string): string {
  return `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
}
