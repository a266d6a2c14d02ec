import type { ObjectShape, Shape, Shapes } from './shape.js';

/** Words for the tables. */
export const text: Shape = { is: 'string' };
export const flag: Shape = { is: 'boolean' };
export const anyObject: ObjectShape = { is: 'object' };

export function oneOf(...values: string[]): Shape {
  return { is: 'string', oneOf: values };
}

export function number(min: number, max: number): Shape {
  return { is: 'number', min, max };
}

export function integer(min?: number, max?: number): Shape {
  return { is: 'integer', min, max };
}

export function list(of?: Shape, size: { min?: number; max?: number } = {}): Shape {
  return { is: 'array', of, ...size };
}

/** Those in `required` must be there. */
export function object(members: Shapes, ...required: string[]): ObjectShape {
  return { is: 'object', members, required };
}

/** Of at most so many members. */
export function map(values: Shape, max?: number): ObjectShape {
  return { is: 'object', values, max };
}

export function byType(
  types: Readonly<Record<string, ObjectShape>>,
  others: { usual?: string; open?: boolean } = {},
): ObjectShape {
  return { is: 'object', byType: { types, ...others } };
}

/** Each of another kind of JSON value. */
export function either(...of: Shape[]): Shape {
  return { is: 'either', of };
}
