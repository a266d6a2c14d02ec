import { invalid, missing } from '../conversation/request-error.js';
import { isObject } from '../json.js';

/** What a member of a request may hold. Null says nothing and is taken everywhere but in an array. */
export type Shape =
  | { is: 'string'; oneOf?: readonly string[] }
  | { is: 'boolean' }
  | { is: 'number'; min: number; max: number }
  | { is: 'integer'; min?: number; max?: number }
  | ArrayShape
  | ObjectShape
  /** Each of another kind of JSON value. */
  | { is: 'either'; of: readonly Shape[] };

export interface ArrayShape {
  is: 'array';
  of?: Shape;
  min?: number;
  max?: number;
}

export interface ObjectShape {
  is: 'object';
  members?: Shapes;
  required?: readonly string[];
  /** Of every member. */
  values?: Shape;
  /** How many members. */
  max?: number;
  /** What else goes by the value of `type`. */
  byType?: {
    types: Readonly<Record<string, ObjectShape>>;
    /** The type where none is given; without it, one must be. */
    usual?: string;
    /** Types that are not known here are taken. */
    open?: boolean;
  };
}

export type Shapes = Readonly<Record<string, Shape>>;

const maxShownKey = 64;

/** Throws `WireRequestError` naming the place in `value`, which stands at `param`, that is not of this shape. */
export function checkShape(shape: Shape, value: unknown, param: string): void {
  if (shape.is === 'array') return checkArray(shape, value, param);
  if (shape.is === 'object') return checkObject(shape, value, param);
  if (shape.is === 'either') {
    const fitting = shape.of.find(({ is }) => is === kindOf(value));
    if (fitting !== undefined) return checkShape(fitting, value, param);
  }
  if (!isScalar(shape, value)) throw invalid(param, describe(shape));
}

/** Checks those members of `object` that `shapes` names; `prefix` stands before their names. */
export function checkMembers(
  shapes: Shapes,
  object: Readonly<Record<string, unknown>>,
  prefix = '',
): void {
  for (const name in shapes) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value !== null && value !== undefined) checkShape(shapes[name]!, value, prefix + name);
  }
}

function isScalar(shape: Shape, value: unknown): boolean {
  switch (shape.is) {
    case 'string':
      return typeof value === 'string' && (shape.oneOf?.includes(value) ?? true);
    case 'number':
      return isWithin(value, shape.min, shape.max);
    case 'integer':
      return Number.isInteger(value) && isWithin(value, shape.min, shape.max);
    default:
      return typeof value === shape.is;
  }
}

function isWithin(value: unknown, min = -Infinity, max = Infinity): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}

function checkArray(shape: ArrayShape, value: unknown, param: string): void {
  const { of, min = 0, max = Infinity } = shape;
  if (!Array.isArray(value) || value.length < min || value.length > max) {
    throw invalid(param, describe(shape));
  }
  if (of === undefined) return;
  for (const [i, element] of value.entries()) checkShape(of, element, `${param}[${i}]`);
}

function checkObject(shape: ObjectShape, value: unknown, param: string): void {
  if (!isObject(value)) throw invalid(param, describe(shape));
  const { members = {}, required = [], values, max = Infinity, byType } = shape;
  checkMembers(members, value, `${param}.`);
  const absent = required.find((name) => (value[name] ?? null) === null);
  if (absent !== undefined) throw missing(`${param}.${absent}`);
  if (values !== undefined) {
    if (Object.keys(value).length > max) throw invalid(param, describe(shape));
    for (const [name, each] of Object.entries(value)) {
      if (each !== null) checkShape(values, each, `${param}.${name.slice(0, maxShownKey)}`);
    }
  }
  if (byType !== undefined) checkType(byType, value, param);
}

function checkType(
  { types, usual, open }: NonNullable<ObjectShape['byType']>,
  value: Readonly<Record<string, unknown>>,
  param: string,
): void {
  const type = value['type'] ?? usual;
  if (type === undefined) throw missing(`${param}.type`);
  if (typeof type !== 'string') throw invalid(`${param}.type`, 'a string');
  if (Object.hasOwn(types, type)) return checkObject(types[type]!, value, param);
  if (open !== true) throw invalid(`${param}.type`, `one of ${Object.keys(types).join(', ')}`);
}

function kindOf(value: unknown): Shape['is'] | undefined {
  if (Array.isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  return typeof value === 'string' ? 'string' : undefined;
}

function describe(shape: Shape): string {
  switch (shape.is) {
    case 'string':
      return shape.oneOf === undefined ? 'a string' : `one of ${shape.oneOf.join(', ')}`;
    case 'boolean':
      return 'a boolean';
    case 'number':
      return `a number from ${shape.min} to ${shape.max}`;
    case 'integer':
      return `an integer${rangeOf(shape)}`;
    case 'array':
      return `an array${sizeOf(shape)}`;
    case 'object':
      return shape.max === undefined ? 'an object' : `an object of at most ${shape.max} members`;
    case 'either':
      return shape.of.map(describe).join(', or ');
  }
}

function rangeOf({ min, max }: { min?: number; max?: number }): string {
  if (min === undefined) return '';
  return max === undefined ? ` of at least ${min}` : ` from ${min} to ${max}`;
}

function sizeOf({ min, max }: ArrayShape): string {
  if (max !== undefined) return ` of at most ${max}`;
  return min === undefined ? '' : ` of at least ${min}`;
}
