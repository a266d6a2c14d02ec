import type { WireFormat } from '../wire-format.js';
import { shapesOfRequest } from './request-shapes.js';
import type { ObjectShape, Shape, Shapes } from './shape.js';

/** JSON Schema, draft 2020-12, which is OpenAPI 3.1's. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What `checkRequest` takes, for people and their tools to read. Of a member without a shape a vendor may
 * know more: anything is taken there.
 */
export function requestSchema(format: WireFormat, required: readonly string[]): JsonSchema {
  const schema = objectOf({ is: 'object', members: shapesOfRequest(format), required });
  return { ...schema, additionalProperties: true };
}

function schemaOf(shape: Shape): JsonSchema {
  switch (shape.is) {
    case 'string':
      return { type: 'string', ...(shape.oneOf && { enum: shape.oneOf }) };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
    case 'integer':
      return {
        type: shape.is,
        ...(shape.min !== undefined && { minimum: shape.min }),
        ...(shape.max !== undefined && { maximum: shape.max }),
      };
    case 'array':
      return {
        type: 'array',
        ...(shape.of && { items: schemaOf(shape.of) }),
        ...(shape.min !== undefined && { minItems: shape.min }),
        ...(shape.max !== undefined && { maxItems: shape.max }),
      };
    case 'object':
      return objectOf(shape);
    case 'either':
      return { anyOf: shape.of.map(schemaOf) };
  }
}

function objectOf({ members, required = [], values, max, byType }: ObjectShape): JsonSchema {
  return {
    type: 'object',
    ...(members && { properties: propertiesOf(members, required) }),
    ...(required.length > 0 && { required }),
    ...(values && { additionalProperties: orNull(schemaOf(values)) }),
    ...(max !== undefined && { maxProperties: max }),
    ...(byType && alternatives(byType)),
  };
}

/** Null says nothing and is taken, but where a member must be there. */
function propertiesOf(members: Shapes, required: readonly string[]): JsonSchema {
  return Object.fromEntries(
    Object.entries(members).map(([name, shape]) => {
      const schema = schemaOf(shape);
      return [name, required.includes(name) ? schema : orNull(schema)];
    }),
  );
}

function orNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

function alternatives({ types, usual, open }: NonNullable<ObjectShape['byType']>): JsonSchema {
  const names = Object.keys(types);
  const ofType = (name: string): JsonSchema => ({
    ...objectOf(types[name]!),
    ...(name !== usual && { required: [...(types[name]!.required ?? []), 'type'] }),
    properties: {
      type: { const: name },
      ...(types[name]!.members && propertiesOf(types[name]!.members, types[name]!.required ?? [])),
    },
  });
  const others = {
    type: 'object',
    properties: { type: { type: 'string', not: { enum: names } } },
    required: ['type'],
  };
  return { anyOf: [...names.map(ofType), ...(open === true ? [others] : [])] };
}
