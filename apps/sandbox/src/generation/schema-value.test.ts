import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { randomFrom } from './hashing.js';
import { schemaValue } from './schema-value.js';

const order = z.object({
  id: z.uuid(),
  email: z.email(),
  status: z.enum(['open', 'paid']),
  kind: z.literal('order'),
  quantity: z.int().min(3).max(7),
  weight: z.number().gt(0).lt(1),
  note: z.string().min(20).max(30).nullable(),
  lines: z.array(z.object({ sku: z.string(), price: z.number() })).min(1),
  target: z.union([z.object({ city: z.string() }), z.object({ code: z.int() })]),
  extra: z.string().optional(),
});

interface Tree {
  name: string;
  children: Tree[];
}
const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) }));

describe('schemaValue', () => {
  it('makes values that fit the schema', () => {
    const schema = z.toJSONSchema(order);
    for (let seed = 0; seed < 200; seed += 1) {
      expect(() => order.parse(schemaValue(schema, randomFrom(seed)))).not.toThrow();
    }
  });

  it('ends on a recursive schema', () => {
    const schema = z.toJSONSchema(tree);
    for (let seed = 0; seed < 50; seed += 1) {
      expect(() => tree.parse(schemaValue(schema, randomFrom(seed)))).not.toThrow();
    }
  });

  it('ends on references that lead nowhere or to themselves', () => {
    const schema = { $defs: { loop: { $ref: '#/$defs/loop' } }, $ref: '#/$defs/loop' };
    expect(() => schemaValue(schema, randomFrom(1))).not.toThrow();
    expect(() => schemaValue({ $ref: '#/nowhere' }, randomFrom(1))).not.toThrow();
    expect(() => schemaValue({ allOf: [{ allOf: [{ $ref: '#' }] }] }, randomFrom(1))).not.toThrow();
  });

  it('merges the parts of allOf', () => {
    const part = (name: string) => ({
      type: 'object',
      properties: { [name]: { type: 'integer' } },
      required: [name],
    });
    const value = schemaValue({ allOf: [part('a'), part('b')] }, randomFrom(3));
    expect(value).toEqual({ a: expect.any(Number), b: expect.any(Number) });
  });
});
