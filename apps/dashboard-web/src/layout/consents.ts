import { consentRoutes } from '@modelbridge/dashboard-api';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api/api.js';

export const consentsQuery = queryOptions({
  queryKey: ['consents'],
  queryFn: ({ signal }) => api.call(consentRoutes.list, { signal }),
  staleTime: 300_000,
});
