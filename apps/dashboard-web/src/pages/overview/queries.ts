import { overviewRoutes, type USAGE_GROUPS } from '@modelbridge/dashboard-api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/api.js';
import type { Range } from '../../ranges/range.js';

const MONEY_EVERY_MS = 15_000;
const MINUTES_EVERY_MS = 10_000;
const USAGE_EVERY_MS = 60_000;

export const overviewQuery = (account_id: string) =>
  queryOptions({
    queryKey: ['overview', account_id],
    queryFn: ({ signal }) => api.call(overviewRoutes.overview, { params: { account_id }, signal }),
    refetchInterval: MONEY_EVERY_MS,
  });

export const usageQuery = (
  account_id: string,
  range: Range,
  group_by?: (typeof USAGE_GROUPS)[number],
) =>
  queryOptions({
    queryKey: ['usage', account_id, range, group_by],
    queryFn: ({ signal }) =>
      api.call(overviewRoutes.usage, {
        params: { account_id },
        query: { ...range, group_by },
        signal,
      }),
    refetchInterval: range.granularity === 'minute' ? MINUTES_EVERY_MS : USAGE_EVERY_MS,
    // Another grouping of the same account is filled in without a flash.
    placeholderData: (before, query) =>
      query?.queryKey[1] === account_id ? keepPreviousData(before) : undefined,
  });
