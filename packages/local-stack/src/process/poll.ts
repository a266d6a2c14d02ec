import { setTimeout as delay } from 'node:timers/promises';

/** Repeats `check` until it answers true or `timeoutMs` has passed; says which of the two it was. */
export async function poll(
  check: () => boolean | Promise<boolean>,
  timeoutMs: number,
  intervalMs = 50,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await check()) return true;
    if (performance.now() >= deadline) return false;
    await delay(intervalMs);
  }
}
