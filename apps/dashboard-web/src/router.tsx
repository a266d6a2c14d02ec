import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter, redirect } from '@tanstack/react-router';
import { rootRoute } from './layout/root-route.js';
import { shellRoute } from './layout/shell-route.js';
import { activityRoute } from './pages/activity/route.js';
import { billingRoute } from './pages/billing/route.js';
import { keysRoute } from './pages/keys/route.js';
import { modelsRoute } from './pages/models/route.js';
import { overviewRoute } from './pages/overview/route.js';
import { playgroundRoute } from './pages/playground/route.js';
import { invitationRoute, teamRoute } from './pages/team/route.js';
import { privacyRoute } from './pages/privacy/route.js';
import { settingsRoute } from './pages/settings/route.js';

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => redirect({ to: '/overview', throw: true }),
});

const routeTree = rootRoute.addChildren([
  shellRoute.addChildren([
    homeRoute,
    overviewRoute,
    activityRoute,
    keysRoute,
    modelsRoute,
    playgroundRoute,
    teamRoute,
    billingRoute,
    invitationRoute,
    privacyRoute,
    settingsRoute,
  ]),
]);

export function newRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    basepath: '/app',
    context: { queries },
    // The queries know how old they are.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
