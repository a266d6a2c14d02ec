import { sessionRoutes } from '@modelbridge/dashboard-api';
import { api } from '../api/api.js';
import { toastError } from '../ui/toasts.js';

/** Ends the session, here and in every other tab of this browser. */
export async function signOut(): Promise<void> {
  try {
    await api.call(sessionRoutes.end);
    window.location.assign('/');
  } catch (error) {
    if (error instanceof Error) toastError(error, 'You are still signed in');
  }
}
