import { setTimeout as delay } from 'node:timers/promises';

/**
 * Where a test waits for what is to come, and how long does not matter: it only ends a test that would wait
 * for ever. Far above what a machine takes that is busy with other work.
 */
export const patienceMs = 60_000;

/**
 * Repeats `check` until it no longer throws; its value. After `timeoutMs` (`patienceMs` by default) it fails
 * with what `check` last threw. A shorter time only where a later success would prove something else.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const giveUpAt = performance.now() + (options.timeoutMs ?? patienceMs);
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await delay(options.intervalMs ?? 20);
    }
  }
}
