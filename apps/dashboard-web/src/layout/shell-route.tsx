import { createRoute } from '@tanstack/react-router';
import { retainSearchParams } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { sessionQuery } from '../api/session.js';
import { PageError } from './page-error.js';
import { rootRoute } from './root-route.js';
import { Shell } from './shell.js';
import { ShellSkeleton } from './shell-skeleton.js';

/** What every page of a signed-in person lies in. `account` is the one that is looked at. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  validateSearch: z.object({ account: z.catch(z.optional(z.string()), undefined) }),
  search: { middlewares: [retainSearchParams(['account'])] },
  loader: ({ context }) => context.queries.ensureQueryData(sessionQuery),
  component: Shell,
  pendingComponent: ShellSkeleton,
  errorComponent: PageError,
  pendingMs: 0,
});
