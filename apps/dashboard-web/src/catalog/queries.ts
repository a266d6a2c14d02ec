import { modelRoutes } from '@modelbridge/dashboard-api';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api/api.js';

/** Health changes while one looks. */
const REFRESH_MS = 15_000;

export const catalogQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => api.call(modelRoutes.list, { signal }),
  refetchInterval: REFRESH_MS,
});
