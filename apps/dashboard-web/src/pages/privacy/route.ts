import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../layout/shell-route.js';
import { privacySearch } from './search.js';

export const privacyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/privacy',
  validateSearch: privacySearch,
  component: lazyRouteComponent(() => import('./page.js'), 'PrivacyPage'),
});
