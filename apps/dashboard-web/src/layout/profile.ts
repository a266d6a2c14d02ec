import { profileRoutes } from '@modelbridge/dashboard-api';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../api/api.js';

export const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: ({ signal }) => api.call(profileRoutes.get, { signal }),
});
