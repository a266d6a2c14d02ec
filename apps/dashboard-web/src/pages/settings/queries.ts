import { notificationRoutes } from '@modelbridge/dashboard-api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/api.js';

export const noticesQuery = (account_id: string) =>
  queryOptions({
    queryKey: ['notices', account_id],
    queryFn: ({ signal }) => api.call(notificationRoutes.get, { params: { account_id }, signal }),
  });

export const webhookQuery = (account_id: string) =>
  queryOptions({
    queryKey: ['webhook', account_id],
    queryFn: ({ signal }) =>
      api.call(notificationRoutes.webhook, { params: { account_id }, signal }),
  });

export const deliveriesQuery = (account_id: string) =>
  infiniteQueryOptions({
    queryKey: ['webhook-deliveries', account_id],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.call(notificationRoutes.deliveries, {
        params: { account_id },
        query: { cursor },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
