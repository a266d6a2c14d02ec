import { ApiClient } from './client.js';
import { goToSignIn } from './sign-in.js';

/** The one client of this page. */
export const api = new ApiClient({
  fetch: (url, init) => window.fetch(url, init),
  signIn: () => goToSignIn(),
  startOver: () => window.location.assign('/app'),
});
