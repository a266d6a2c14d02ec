import { z } from 'zod';
import { requestOutcomes, requestRecordSchema } from '@modelbridge/contracts/events';
import { RequestFilter, RequestResult } from '@modelbridge/contracts/usage_ledger.v1';
import { nanoUsd, time } from '../operations/schemas.js';

const results = { ok: RequestResult.OK, error: RequestResult.ERROR } as const;

const label = z.string().min(1).max(200);
const cost = nanoUsd.regex(
  /^\d{1,18}$/,
  'must be a decimal string of 0 or more, in billionths of a US dollar',
);

/** What a list of requests can be narrowed by; each that is given narrows further. */
export const usageFilter = {
  model: label.optional().describe('The model’s id, as the requests have it.'),
  result: z
    .enum(Object.keys(results) as [keyof typeof results, ...(keyof typeof results)[]])
    .optional()
    .describe(
      'error: a status of 400 or more, or a reply that was not whole, but not where the caller went away. ok: the others.',
    ),
  outcome: z.enum(requestOutcomes).optional(),
  status: z.int().min(100).max(599).optional().describe('The HTTP status that the caller saw.'),
  api: z.enum(requestRecordSchema.shape.api.options).optional(),
  region: label.optional(),
  min_cost_nano_usd: cost.optional(),
  max_cost_nano_usd: cost.optional(),
  from: time.optional().describe('Requests that began from here on.'),
  to: time.optional().describe('Exclusive.'),
};

type UsageFilter = z.output<z.ZodObject<typeof usageFilter>>;

const some = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

/** What a description of such a list says. */
export const fewerThanAsked =
  'A page may have fewer requests than limit, or none, where few are as asked for and others follow: has_more alone tells.';

/** The same as the ledger has it. */
export function requestFilterOf(asked: UsageFilter): RequestFilter {
  const { min_cost_nano_usd: min, max_cost_nano_usd: max, from, to, result } = asked;
  return RequestFilter.fromPartial({
    models: some(asked.model),
    outcomes: some(asked.outcome),
    statuses: some(asked.status),
    apis: some(asked.api),
    regions: some(asked.region),
    result: result === undefined ? RequestResult.UNSPECIFIED : results[result],
    minCostNanoUsd: min === undefined ? undefined : BigInt(min),
    maxCostNanoUsd: max === undefined ? undefined : BigInt(max),
    startedFrom: from === undefined ? undefined : new Date(from),
    startedTo: to === undefined ? undefined : new Date(to),
  });
}
