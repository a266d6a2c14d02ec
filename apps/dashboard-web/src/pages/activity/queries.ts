import { activityRoutes, type RequestFilter } from '@modelbridge/dashboard-api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/api.js';

const PAGE = '100';

export const requestsQuery = (account_id: string, filter: RequestFilter) =>
  infiniteQueryOptions({
    queryKey: ['requests', account_id, filter],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.call(activityRoutes.list, {
        params: { account_id },
        query: { ...filter, cursor, limit: PAGE },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    // What is new comes live, and who has paused it goes on reading what is there.
    staleTime: Infinity,
  });

export const filtersQuery = (account_id: string) =>
  queryOptions({
    queryKey: ['request-filters', account_id],
    queryFn: ({ signal }) => api.call(activityRoutes.filters, { params: { account_id }, signal }),
    staleTime: 60_000,
  });

export const requestQuery = (account_id: string, request_id: string) =>
  queryOptions({
    queryKey: ['request', account_id, request_id],
    queryFn: ({ signal }) =>
      api.call(activityRoutes.detail, { params: { account_id, request_id }, signal }),
  });
