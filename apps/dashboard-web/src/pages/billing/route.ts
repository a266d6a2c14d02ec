import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../layout/shell-route.js';
import { billingSearch } from './search.js';

export const billingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/billing',
  validateSearch: billingSearch,
  component: lazyRouteComponent(() => import('./page.js'), 'BillingPage'),
});
