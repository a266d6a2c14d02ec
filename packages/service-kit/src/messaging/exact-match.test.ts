import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as contracts from '@modelbridge/contracts/events';
import fc from 'fast-check';
import { z } from 'zod';
import { matchesExactly } from './exact-match.js';

const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';
const idOf = (prefix: string): string => `${prefix}_01h455vb4pex5vsknk084sn02q`;

const record: contracts.RequestRecord = {
  requestId: idOf('req'),
  sequence: 1,
  allowanceId: null,
  startedAt: '2026-02-28T23:59:59.999Z',
  completedAt: '2026-03-01T00:00:00Z',
  accountId: idOf('acct'),
  userId: idOf('user'),
  teamId: idOf('team'),
  keyId: idOf('key'),
  keyHash: '0f'.repeat(32),
  model: 'gpt-5',
  provider: 'openai',
  region: null,
  api: 'responses',
  status: 200,
  outcome: 'completed',
  finishReason: 'stop',
  errorClass: null,
  streamed: true,
  estimated: false,
  inputTokens: 0,
  cacheReadTokens: 1,
  cacheWrite5mTokens: 2,
  cacheWrite1hTokens: 3,
  outputTokens: 4,
  reasoningTokens: 5,
  costNanoUsd: '240000',
  priceVersion: '2026-01',
  timeToFirstTokenMs: 250,
};

/** Every event of the contracts with data that it accepts. */
const samples: [contracts.EventDefinition, unknown[]][] = [
  [
    contracts.usageRequestCompleted,
    [
      {
        gatewayEpoch: uuid,
        records: [record, { ...record, tags: { project: 'a/b', 'x-1': '2' } }],
      },
    ],
  ],
  [
    contracts.usageLedgerRequestRecorded,
    [{ batchId: uuid, requests: [{ ...record, gatewayEpoch: uuid, ledgerSequence: 7 }] }],
  ],
  [
    contracts.usageLedgerWatermarkAdvanced,
    [{ epochs: [{ gatewayEpoch: uuid, settledSequence: 0 }] }],
  ],
  [
    contracts.billingChargePosted,
    [
      { batchIds: [uuid] },
      {
        batchIds: [uuid, uuid],
        overruns: [{ requestId: idOf('req'), overrunNanoUsd: '5' }],
      },
    ],
  ],
  [contracts.billingAllowanceRecalled, [{ accountId: idOf('acct'), keyId: null }]],
  [contracts.authKeyRevoked, [{ keyId: idOf('key'), publicId: 'abc' }]],
];

/** Values at and beyond the bounds of the contracts, of every kind. */
const values = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, 'true', '', [], {}, 7n, new Date(0)),
  fc.constantFrom(0, -0, -1, 0.5, 99, 100, 599, 600, NaN, Infinity, 2 ** 53, 2 ** 53 - 1),
  fc.constantFrom('x'.repeat(200), 'x'.repeat(201), '0F'.repeat(32), 'responses ', '-1', '01'),
  fc.constantFrom('2026-02-30T00:00:00Z', '2026-01-01T00:00:00+01:00', '2026-01-01', `${uuid} `),
  fc.constantFrom(idOf('key'), idOf('req').toUpperCase(), `${idOf('req')}\n`, idOf('alw')),
  fc.anything(),
);

/** Every place in a value, as a path, and one that is not there in each object. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Object.entries(value).flatMap(([key, at]) => placesOf(at, [...path, key]));
  return [path, ...inside, ...(Array.isArray(value) ? [] : [[...path, 'unknown']])];
}

/** A copy of a value with another one at a place; `undefined` removes it. */
function replaced(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  const fields = copy as Record<string, unknown>;
  if (rest.length === 0 && by === undefined) delete fields[key];
  else fields[key] = replaced(fields[key], rest, by);
  return copy;
}

/** Where the match says yes, zod says so too and gives the same back. */
function agreesWithZod(
  schema: z.ZodType,
  sample: unknown,
  matches: (schema: z.ZodType, value: unknown) => boolean,
) {
  const places = fc.constantFrom(...placesOf(sample));
  return fc.property(places, values, (place, by) => {
    const value = replaced(sample, place, by);
    if (!matches(schema, value)) return true;
    const parsed = schema.safeParse(value);
    return parsed.success && isDeepStrictEqual(parsed.data, value);
  });
}

describe('an exact match', () => {
  it.each(samples)('knows the whole schema of $subject', ({ schema }, accepted) => {
    for (const data of accepted) {
      expect(schema.safeParse(data).success).toBe(true);
      expect(matchesExactly(schema, data)).toBe(true);
    }
  });

  it.each(samples)('never says yes where zod would not, for $subject', ({ schema }, accepted) => {
    for (const data of accepted) {
      fc.assert(agreesWithZod(schema, data, matchesExactly), { numRuns: 2_000 });
    }
  });

  it('is caught where it forgets a bound (control)', () => {
    const lenient = z.object({ epochs: z.array(z.unknown()) });
    const [[{ schema }, [data]]] = samples.slice(2) as [[contracts.EventDefinition, [unknown]]];
    const forgetful = (_: z.ZodType, value: unknown) => matchesExactly(lenient, value);
    expect(fc.check(agreesWithZod(schema, data, forgetful), { numRuns: 2_000 }).failed).toBe(true);
  });

  it.each([
    ['a refinement', z.string().refine((text) => text !== 'x')],
    ['a transform', z.string().transform((text) => text.length)],
    ['a trim', z.string().trim()],
    ['a default', z.string().default('y')],
    ['a fallback', z.string().catch('y')],
    ['a coercion', z.coerce.string()],
    ['a format beyond a pattern', z.url()],
    ['a union', z.union([z.string(), z.number()])],
    ['an exclusive bound', z.number().gt(5)],
    ['a record of chosen keys', z.record(z.enum(['a', 'b']), z.string())],
    ['an object that keeps unknown keys', z.looseObject({ a: z.string() })],
  ])('leaves %s to zod', (_, schema) => {
    for (const value of ['x', 'y', 5, 6, { a: 'x' }, { a: 'x', b: 1 }]) {
      const inside = { inside: value };
      if (!matchesExactly(z.object({ inside: schema }), inside)) continue;
      expect(schema.safeParse(value)).toEqual({ success: true, data: value });
    }
    expect(matchesExactly(z.array(schema), ['x'])).toBe(false);
  });
});
