import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../layout/shell-route.js';
import { keysSearch } from './search.js';

export const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/keys',
  validateSearch: keysSearch,
  component: lazyRouteComponent(() => import('./page.js'), 'KeysPage'),
});
