import { isObject, type JsonObject } from '../json.js';
import type { Shape } from './shape.js';

/** A step into a value. A tag names the case of a tagged union: some vendors show it in a path. */
export type Step = { at: string | number } | { tag: string };

export interface Violation {
  problem: 'unknown' | 'missing' | 'type' | 'enum' | 'tag' | 'pattern' | 'too_small' | 'too_large';
  path: Step[];
  /** What was looked for there. */
  shape: Shape;
  found: unknown;
}

export interface Reading {
  betas: ReadonlySet<string>;
  /** Whether a number may be written as a string or a boolean, as pydantic takes it. */
  lax: boolean;
}

/** The first thing in `value` that is not as `shape` says, in the order of the shape's members. */
export function firstViolation(
  value: unknown,
  shape: Shape,
  reading: Reading,
  path: Step[] = [],
): Violation | undefined {
  const fault = (problem: Violation['problem']) => ({ problem, path, shape, found: value });
  switch (shape.kind) {
    case 'any':
      return undefined;
    case 'string':
      return typeof value === 'string' ? textFault(value, shape, fault) : fault('type');
    case 'boolean':
      return isBoolean(value, reading) ? undefined : fault('type');
    case 'integer':
    case 'number':
      return numberFault(value, shape, reading, fault);
    case 'enum':
      if (typeof value !== 'string') return fault('type');
      return enumValues(shape, reading).includes(value) ? undefined : fault('enum');
    case 'nullable':
      return value === null ? undefined : firstViolation(value, shape.of, reading, path);
    case 'beta':
      return firstViolation(value, shape.of, reading, path);
    case 'either': {
      const chosen = shape.of.find((option) => sameType(value, option));
      return chosen ? firstViolation(value, chosen, reading, path) : fault('type');
    }
    case 'list': {
      if (!Array.isArray(value)) return fault('type');
      if (value.length > (shape.most ?? Infinity)) return fault('too_large');
      return firstOf(value.entries(), ([index, item]: [number, unknown]) =>
        firstViolation(item, shape.of, reading, [...path, { at: index }]),
      );
    }
    case 'map':
      if (!isObject(value)) return fault('type');
      return firstOf(Object.entries(value), ([name, member]) =>
        firstViolation(member, shape.of, reading, [...path, { at: name }]),
      );
    case 'object':
      return isObject(value) ? memberFault(value, shape, reading, path) : fault('type');
    case 'tagged': {
      if (!isObject(value)) return fault('type');
      const tag = value[shape.tag] ?? shape.fallback;
      const at = [...path, { at: shape.tag }];
      if (tag === undefined) return { problem: 'missing', path: at, shape, found: undefined };
      const known = typeof tag === 'string' && Object.hasOwn(shape.cases, tag);
      const chosen = known ? (shape.cases[tag] as Shape) : undefined;
      if (!chosen || !available(chosen, reading)) return { ...fault('tag'), found: tag };
      return firstViolation(value, chosen, reading, [...path, { tag: tag as string }]);
    }
  }
}

export function enumValues(shape: Extract<Shape, { kind: 'enum' }>, reading: Reading): string[] {
  return shape.values.flatMap((value) => {
    if (typeof value === 'string') return value;
    return value.betas.some((name) => reading.betas.has(name)) ? value.value : [];
  });
}

/** The tags that a request may use. */
export function knownTags(shape: Extract<Shape, { kind: 'tagged' }>, reading: Reading): string[] {
  return Object.keys(shape.cases).filter((tag) => available(shape.cases[tag] as Shape, reading));
}

function memberFault(
  value: JsonObject,
  { members, open }: Extract<Shape, { kind: 'object' }>,
  reading: Reading,
  path: Step[],
): Violation | undefined {
  const known = new Set<string>();
  for (const [key, shape] of Object.entries(members)) {
    const optional = key.endsWith('?');
    const name = optional ? key.slice(0, -1) : key;
    if (!available(shape, reading)) continue;
    known.add(name);
    const at = [...path, { at: name }];
    const member = value[name];
    if (member === undefined) {
      if (!optional) return { problem: 'missing', path: at, shape, found: undefined };
      continue;
    }
    const violation = firstViolation(member, shape, reading, at);
    if (violation) return violation;
  }
  if (open) return undefined;
  const unknown = Object.keys(value).find((name) => !known.has(name));
  if (unknown === undefined) return undefined;
  return {
    problem: 'unknown',
    path: [...path, { at: unknown }],
    shape: { kind: 'any' },
    found: value[unknown],
  };
}

function available(shape: Shape, { betas }: Reading): boolean {
  return shape.kind !== 'beta' || shape.betas.some((name) => betas.has(name));
}

type Fault = (problem: Violation['problem']) => Violation;

function textFault(
  value: string,
  { pattern, most = Infinity }: Extract<Shape, { kind: 'string' }>,
  fault: Fault,
): Violation | undefined {
  if (value.length > most) return fault('too_large');
  return pattern && !pattern.test(value) ? fault('pattern') : undefined;
}

function numberFault(
  value: unknown,
  { kind, least = -Infinity, most = Infinity }: Extract<Shape, { kind: 'integer' | 'number' }>,
  reading: Reading,
  fault: Fault,
): Violation | undefined {
  const number = reading.lax ? laxNumber(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) return fault('type');
  if (kind === 'integer' && !Number.isInteger(number)) return fault('type');
  if (number < least) return fault('too_small');
  return number > most ? fault('too_large') : undefined;
}

/** A number as pydantic reads it: also from a numeric string or a boolean. */
export function laxNumber(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string' || value.trim() === '') return value;
  const parsed = Number(value);
  return Number.isNaN(parsed) ? value : parsed;
}

const LAX_BOOLEANS = /^(?:true|false|yes|no|on|off|y|n|t|f|0|1)$/i;

function isBoolean(value: unknown, { lax }: Reading): boolean {
  if (typeof value === 'boolean') return true;
  if (!lax) return false;
  return value === 0 || value === 1 || (typeof value === 'string' && LAX_BOOLEANS.test(value));
}

function sameType(value: unknown, shape: Shape): boolean {
  switch (shape.kind) {
    case 'string':
    case 'enum':
      return typeof value === 'string';
    case 'list':
      return Array.isArray(value);
    case 'object':
    case 'map':
    case 'tagged':
      return isObject(value);
    case 'beta':
      return sameType(value, shape.of);
    case 'nullable':
      return value === null || sameType(value, shape.of);
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
    case 'number':
      return typeof value === 'number';
    default:
      return true;
  }
}

function firstOf<T>(
  items: Iterable<T>,
  look: (item: T) => Violation | undefined,
): Violation | undefined {
  for (const item of items) {
    const found = look(item);
    if (found) return found;
  }
  return undefined;
}
