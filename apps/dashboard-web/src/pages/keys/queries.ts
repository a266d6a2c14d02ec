import { keyRoutes, type Key } from '@modelbridge/dashboard-api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/api.js';

const PAGE = '50';

export const keysQuery = (account_id: string) =>
  infiniteQueryOptions({
    queryKey: ['keys', account_id],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.call(keyRoutes.list, { params: { account_id }, query: { cursor, limit: PAGE }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

export const keyQuery = (account_id: string, key_id: string, known: Key | undefined) =>
  queryOptions({
    queryKey: ['key', account_id, key_id],
    queryFn: ({ signal }) => api.call(keyRoutes.get, { params: { account_id, key_id }, signal }),
    placeholderData: known,
  });
