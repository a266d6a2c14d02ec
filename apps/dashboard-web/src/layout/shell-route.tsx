import { ERROR_CODES, type Session } from '@modelbridge/dashboard-api';
import type { QueryClient } from '@tanstack/react-query';
import { createRoute, retainSearchParams } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { ApiError } from '../api/api-error.js';
import { sessionQuery } from '../api/session.js';
import { PageError } from './page-error.js';
import { rootRoute } from './root-route.js';
import { Shell } from './shell.js';
import { ShellSkeleton } from './shell-skeleton.js';

/** Never settles where nobody is signed in: the browser is on its way to sign-in, and nothing has failed. */
async function sessionOrLeaving(queries: QueryClient): Promise<Session> {
  try {
    return await queries.ensureQueryData(sessionQuery);
  } catch (error) {
    const isLeaving = error instanceof ApiError && error.code === ERROR_CODES.signedOut;
    if (isLeaving) return new Promise(() => undefined);
    throw error;
  }
}

/** What every page of a signed-in person lies in. `account` is the one that is looked at. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  validateSearch: z.object({ account: z.catch(z.optional(z.string()), undefined) }),
  search: { middlewares: [retainSearchParams(['account'])] },
  loader: ({ context }) => sessionOrLeaving(context.queries),
  component: Shell,
  pendingComponent: ShellSkeleton,
  errorComponent: PageError,
  pendingMs: 0,
});
