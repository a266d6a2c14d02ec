import { auditLogRoutes, privacyRoutes, sessionRoutes } from '@modelbridge/dashboard-api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/api.js';

const PREPARING_EVERY_MS = 3_000;

export const contentsQuery = infiniteQueryOptions({
  queryKey: ['contents'],
  queryFn: ({ signal, pageParam: cursor }) =>
    api.call(privacyRoutes.contents, { query: { cursor }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
});

export const exportsQuery = (account_id: string) =>
  queryOptions({
    queryKey: ['exports', account_id],
    queryFn: ({ signal }) => api.call(privacyRoutes.exports, { params: { account_id }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some((each) => ['queued', 'preparing'].includes(each.state))
        ? PREPARING_EVERY_MS
        : false,
  });

export const grantsQuery = queryOptions({
  queryKey: ['support-grants'],
  queryFn: ({ signal }) => api.call(privacyRoutes.supportGrants, { signal }),
});

export const requestsQuery = queryOptions({
  queryKey: ['privacy-requests'],
  queryFn: ({ signal }) => api.call(privacyRoutes.requests, { signal }),
});

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => api.call(sessionRoutes.list, { signal }),
});

export const auditLogQuery = (account_id: string) =>
  infiniteQueryOptions({
    queryKey: ['audit-log', account_id],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.call(auditLogRoutes.list, { params: { account_id }, query: { cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

export const erasureQuery = queryOptions({
  queryKey: ['erasure'],
  queryFn: ({ signal }) => api.call(privacyRoutes.erasure, { signal }),
});
