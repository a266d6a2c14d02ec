import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.js';

const MOST_RETRIES = 2;

/** Asks again what failed in passing; what was refused stays refused. */
function isRetried(failures: number, error: Error): boolean {
  return failures < MOST_RETRIES && error instanceof ApiError && error.isPassing;
}

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 15_000, retry: isRetried },
      // Never twice by itself: a write whose answer was lost may have been done.
      mutations: { retry: false },
    },
  });
}
