import { idSchema, uuidOf } from '@modelbridge/contracts';
import {
  requestOutcomes,
  requestRecordSchema,
  type RequestRecord,
} from '@modelbridge/contracts/events';
import { z } from 'zod';

export const filterBounds = { maxValues: 50, maxLabelLength: 200 };

export const requestResults = ['all', 'ok', 'error'] as const;
export type RequestResult = (typeof requestResults)[number];

const anyOf = <T extends z.ZodType>(value: T) =>
  z
    .array(value)
    .max(filterBounds.maxValues, `must be at most ${filterBounds.maxValues}`)
    .transform((values) => [...new Set(values)])
    .default([]);

const label = z
  .string()
  .min(1, 'must not be empty')
  .max(filterBounds.maxLabelLength, `must be at most ${filterBounds.maxLabelLength} characters`)
  .refine((text) => !text.includes('\0'), 'must be text');

const cost = z
  .bigint()
  .min(0n, 'must be 0 or more')
  .max(2n ** 63n - 1n, 'must fit 63 bits')
  .optional();

/** Request UUIDs from one to another, both inclusive. */
interface IdRange {
  first: string;
  last: string;
}

const prefix = 'req_';
const idBeginning = /^[0-7][0-9a-hjkmnp-tv-z]{0,25}$/;

/** The ids that begin with a text, which may leave out their prefix; undefined where no id can. */
function idsBeginningWith(text: string): IdRange | undefined {
  const digits = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  if (!idBeginning.test(digits)) return undefined;
  const uuidOfDigits = (filler: string): string =>
    uuidOf('request', prefix + digits.padEnd(26, filler));
  return { first: uuidOfDigits('0'), last: uuidOfDigits('z') };
}

const idText = z
  .string()
  .max(64, 'must be the beginning of a request id')
  .default('')
  .transform((given, context): IdRange | undefined => {
    const text = given.trim().toLowerCase();
    // What is still being typed.
    if (prefix.startsWith(text)) return undefined;
    const range = idsBeginningWith(text);
    if (range === undefined) {
      context.addIssue({ code: 'custom', message: 'must be the beginning of a request id' });
    }
    return range;
  });

/** What requests are asked for: whatever is given narrows further, and a list lets any of its values through. */
export const requestFilterSchema = z
  .object({
    models: anyOf(label),
    keyIds: anyOf(idSchema('key')),
    userIds: anyOf(idSchema('user')),
    outcomes: anyOf(z.enum(requestOutcomes, 'must be outcomes of requests')),
    statuses: anyOf(z.int().min(100, 'must be HTTP statuses').max(599, 'must be HTTP statuses')),
    result: z.enum(requestResults, 'must be ok or error').default('all'),
    apis: anyOf(z.enum(requestRecordSchema.shape.api.options, 'must be APIs of requests')),
    regions: anyOf(label),
    minCostNanoUsd: cost,
    maxCostNanoUsd: cost,
    startedFrom: z.date().optional(),
    startedTo: z.date().optional(),
    requestId: idText,
  })
  .refine(({ minCostNanoUsd: min, maxCostNanoUsd: max }) => (min ?? 0n) <= (max ?? min ?? 0n), {
    path: ['maxCostNanoUsd'],
    message: 'must not be below min_cost_nano_usd',
  })
  .refine(({ startedFrom: from, startedTo: to }) => !from || !to || from < to, {
    path: ['startedTo'],
    message: 'must be after started_from',
  });
export type RequestFilter = z.output<typeof requestFilterSchema>;

/** Lets everything through. */
export const noFilter: RequestFilter = requestFilterSchema.parse({});

/** Whether it leaves out requests of the times and ids that it asks for. */
export function isSelective(filter: RequestFilter): boolean {
  return Object.entries(filter).some(([member, given]) => {
    if (['startedFrom', 'startedTo', 'requestId'].includes(member)) return false;
    return Array.isArray(given) ? given.length > 0 : given !== undefined && given !== 'all';
  });
}

/** Failed for its caller: not where the caller went away. */
export function isFailed({ status, outcome }: Pick<RequestRecord, 'status' | 'outcome'>): boolean {
  return outcome !== 'caller_gone' && (status >= 400 || outcome !== 'completed');
}

/** Whether a filter lets a request through: as the statements that list requests decide it. */
export function letsThrough(filter: RequestFilter, request: RequestRecord): boolean {
  const among = <T>(values: readonly T[], value: T | null): boolean =>
    values.length === 0 || (value !== null && values.includes(value));
  const { minCostNanoUsd, maxCostNanoUsd, startedFrom, startedTo, result, requestId } = filter;
  const cost = BigInt(request.costNanoUsd);
  const startedMs = Date.parse(request.startedAt);
  const uuid = uuidOf('request', request.requestId);
  return (
    among(filter.models, request.model) &&
    among(filter.keyIds, request.keyId) &&
    among(filter.userIds, request.userId) &&
    among(filter.outcomes, request.outcome) &&
    among(filter.statuses, request.status) &&
    among(filter.apis, request.api) &&
    among(filter.regions, request.region) &&
    (result === 'all' || isFailed(request) === (result === 'error')) &&
    (minCostNanoUsd === undefined || cost >= minCostNanoUsd) &&
    (maxCostNanoUsd === undefined || cost <= maxCostNanoUsd) &&
    (startedFrom === undefined || startedMs >= startedFrom.getTime()) &&
    (startedTo === undefined || startedMs < startedTo.getTime()) &&
    (requestId === undefined || (uuid >= requestId.first && uuid <= requestId.last))
  );
}
