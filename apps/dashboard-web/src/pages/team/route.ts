import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../layout/shell-route.js';

export const teamRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/team',
  component: lazyRouteComponent(() => import('./page.js'), 'TeamPage'),
});

/** Where the mail of an invitation leads. */
export const invitationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/invitations/$invitation_id',
  component: lazyRouteComponent(() => import('./invitation-page.js'), 'InvitationPage'),
});
