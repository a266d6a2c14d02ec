import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../layout/shell-route.js';
import { activitySearch } from './search.js';

export const activityRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/activity',
  validateSearch: activitySearch,
  component: lazyRouteComponent(() => import('./page.js'), 'ActivityPage'),
});
