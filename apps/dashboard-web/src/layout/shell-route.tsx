import { ERROR_CODES } from '@modelbridge/dashboard-api';
import { createRoute, retainSearchParams, type ErrorComponentProps } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { ApiError } from '../api/api-error.js';
import { sessionQuery } from '../api/session.js';
import { PageError } from './page-error.js';
import { rootRoute } from './root-route.js';
import { Shell } from './shell.js';
import { ShellSkeleton } from './shell-skeleton.js';

/** Nobody is signed in: the browser is on its way to sign-in, and nothing has failed. */
function ShellError(props: ErrorComponentProps) {
  const { error } = props as { error: unknown };
  return error instanceof ApiError && error.code === ERROR_CODES.signedOut ? (
    <ShellSkeleton />
  ) : (
    <PageError {...props} />
  );
}

/** What every page of a signed-in person lies in. `account` is the one that is looked at. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  validateSearch: z.object({ account: z.catch(z.optional(z.string()), undefined) }),
  search: { middlewares: [retainSearchParams(['account'])] },
  loader: ({ context }) => context.queries.ensureQueryData(sessionQuery),
  component: Shell,
  pendingComponent: ShellSkeleton,
  errorComponent: ShellError,
  pendingMs: 0,
});
