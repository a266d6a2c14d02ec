import { setTimeout as delay } from 'node:timers/promises';

/**
 * Repeats `check` until it no longer throws; its value. After `timeoutMs` (5,000 by default) it fails with
 * what `check` last threw.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const giveUpAt = performance.now() + (options.timeoutMs ?? 5_000);
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await delay(options.intervalMs ?? 20);
    }
  }
}
