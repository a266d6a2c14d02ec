import { z } from 'zod';
import { SpendGranularity, SpendGroup } from '@modelbridge/contracts/usage_ledger.v1';
import { idSchema, tagNameSchema, tagValueSchema, tagWords } from '@modelbridge/contracts';
import { nanoUsd, time } from '../operations/schemas.js';
import { operation } from '../operations/operation.js';

export const granularities = {
  hour: SpendGranularity.HOUR,
  day: SpendGranularity.DAY,
  month: SpendGranularity.MONTH,
} as const;
export const groups = {
  model: SpendGroup.MODEL,
  key: SpendGroup.KEY,
  member: SpendGroup.USER,
  tag: SpendGroup.TAG,
} as const;

const wordsOf = <T extends string>(codes: Readonly<Record<T, unknown>>): [T, ...T[]] =>
  Object.keys(codes) as [T, ...T[]];

const tagFilter = z.string().transform((text, context) => {
  const [name = '', value = ''] = text.split(/=(.*)/);
  if (tagNameSchema.safeParse(name).success && tagValueSchema.safeParse(value).success) {
    return { [name]: value };
  }
  context.addIssue({
    code: 'custom',
    message: `must be name=value: ${tagWords.name}, and ${tagWords.value}`,
  });
  return z.NEVER;
});

const wholeHour = time.refine(
  (text) => Date.parse(text) % 3_600_000 === 0,
  'must be a whole hour of UTC, such as 2026-11-28T00:00:00Z',
);

export const listSpend = operation({
  id: 'listSpend',
  method: 'GET',
  path: '/v1/spend',
  tag: 'Usage and money',
  summary: 'Cost, requests and tokens of the account by time, and by model, key, member or tag.',
  description:
    'Requests count in the hour in which they ended. Periods and groups without any are left out; the dearest group of a period stands first.',
  query: z.strictObject({
    from: wholeHour,
    to: wholeHour.describe('Exclusive; at most 750 hours, 400 days or 120 months after from.'),
    granularity: z.enum(wordsOf(granularities)).default('day').describe('Periods of UTC.'),
    group_by: z.enum(wordsOf(groups)).optional(),
    key_id: idSchema('key').optional(),
    user_id: idSchema('user').optional(),
    tag_name: tagNameSchema
      .optional()
      .describe('The tag to group by; given with group_by=tag and only then.'),
    tag: tagFilter.optional().describe('Only requests with this tag, as name=value.'),
  }),
  answer: z.object({
    object: z.literal('list'),
    data: z.array(
      z
        .object({
          period_start: time.nullable(),
          group: z
            .string()
            .nullable()
            .describe(
              'The model, the key’s id, the member’s or the value of the tag; null for requests without it.',
            ),
          requests: z.int(),
          input_tokens: z.int(),
          cache_read_tokens: z.int(),
          cache_write_tokens: z.int(),
          output_tokens: z.int(),
          reasoning_tokens: z.int(),
          cost_nano_usd: nanoUsd,
        })
        .meta({ id: 'Spend' }),
    ),
  }),
});
