import { USAGE_GROUPS } from '@modelbridge/dashboard-api';
import * as z from 'zod/mini';
import { RANGE_NAMES } from '../../ranges/range.js';

export const METRICS = ['spend', 'requests', 'tokens', 'errors', 'first_token'] as const;
export type Metric = (typeof METRICS)[number];

const optional = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined);

/** What the address says of the page; what is not said is the default. */
export const overviewSearch = z.object({
  range: optional(z.enum(RANGE_NAMES)),
  /** Days of UTC, of a custom range. */
  first: optional(z.iso.date()),
  last: optional(z.iso.date()),
  by: optional(z.enum(USAGE_GROUPS)),
  show: optional(z.enum(METRICS)),
});

export type OverviewSearch = z.infer<typeof overviewSearch>;
