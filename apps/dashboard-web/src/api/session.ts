import type { Session } from '@modelbridge/dashboard-api';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api } from './api.js';

/** Asked again whenever the person comes back to the tab: it may have been signed out in another. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.session(signal),
  staleTime: 60_000,
  refetchOnWindowFocus: 'always',
});

/** Who is signed in, within the shell, which has waited for it. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}
