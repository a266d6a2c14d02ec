import { useSyncExternalStore } from 'react';

/** As the style sheet's `md`. */
const query = window.matchMedia('(min-width: 768px)');

function subscribe(listener: () => void): () => void {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Whether there is room for more than a phone shows. */
export function useIsWide(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches);
}
