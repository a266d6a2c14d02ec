/** A value's shape as a vendor's schema has it: data, read by `firstViolation`. */
export type Shape =
  | { kind: 'any' }
  | { kind: 'string'; pattern?: RegExp; most?: number }
  | { kind: 'boolean' }
  | { kind: 'integer' | 'number'; least?: number; most?: number }
  | { kind: 'enum'; values: readonly EnumValue[] }
  | { kind: 'list'; of: Shape; most?: number }
  /** An object with any members, each of this shape. */
  | { kind: 'map'; of: Shape }
  | ObjectShape
  /** An object whose shape is told by one of its members; `fallback` where that is absent. */
  | { kind: 'tagged'; tag: string; cases: Record<string, Shape>; fallback?: string }
  /** One of several, told apart by their JSON type. */
  | { kind: 'either'; of: readonly Shape[] }
  | { kind: 'nullable'; of: Shape }
  /** There only for a request with one of these betas. */
  | { kind: 'beta'; betas: readonly string[]; of: Shape };

interface ObjectShape {
  kind: 'object';
  /** By name; a `?` at the end marks those that may be left out. */
  members: Record<string, Shape>;
  /** Whether other members are taken too. */
  open: boolean;
}

type EnumValue = string | { value: string; betas: readonly string[] };

export const any: Shape = { kind: 'any' };
export const string: Shape = { kind: 'string' };
export const boolean: Shape = { kind: 'boolean' };

export function text(limits: { pattern?: RegExp; most?: number }): Shape {
  return { kind: 'string', ...limits };
}

export function integer(least?: number, most?: number): Shape {
  return { kind: 'integer', least, most };
}

export function decimal(least?: number, most?: number): Shape {
  return { kind: 'number', least, most };
}

export function oneOf(...values: EnumValue[]): Shape {
  return { kind: 'enum', values };
}

export function list(of: Shape, most?: number): Shape {
  return { kind: 'list', of, most };
}

export function map(of: Shape): Shape {
  return { kind: 'map', of };
}

export function object(members: Record<string, Shape>): Shape {
  return { kind: 'object', members, open: false };
}

/** An object of which only these members are looked at. */
export function open(members: Record<string, Shape> = {}): Shape {
  return { kind: 'object', members, open: true };
}

export function tagged(tag: string, cases: Record<string, Shape>, fallback?: string): Shape {
  const told = Object.entries(cases).map(([name, shape]) => [name, withMember(shape, tag)]);
  return { kind: 'tagged', tag, cases: Object.fromEntries(told) as typeof cases, fallback };
}

/** The case of a union with the tag that tells it. */
function withMember(shape: Shape, tag: string): Shape {
  if (shape.kind === 'beta') return { ...shape, of: withMember(shape.of, tag) };
  if (shape.kind !== 'object') return shape;
  return { ...shape, members: { [`${tag}?`]: any, ...shape.members } };
}

export function either(...of: Shape[]): Shape {
  return { kind: 'either', of };
}

export function nullable(of: Shape): Shape {
  return { kind: 'nullable', of };
}

export function beta(betas: readonly string[], of: Shape): Shape {
  return { kind: 'beta', betas, of };
}
