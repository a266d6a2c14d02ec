import { isDatabaseUnavailable } from './database-unavailable.js';

export interface Failure<T> {
  item: T;
  error: unknown;
}

/**
 * Runs `work` on all items at once and, where that fails, on halves and halves of them, until what is at
 * fault stands alone: those items, each with its error. `work` is all or nothing. Rejects where the fault
 * is in no item, because the database is unavailable or more than `mostFailures` items fail; some have
 * been worked on by then.
 */
export async function isolateFailures<T>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<unknown>,
  mostFailures = Infinity,
): Promise<Failure<T>[]> {
  const failures: Failure<T>[] = [];
  const attempt = async (part: readonly T[]): Promise<void> => {
    const [first] = part;
    if (first === undefined) return;
    try {
      await work(part);
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      if (part.length > 1) {
        const middle = Math.ceil(part.length / 2);
        await attempt(part.slice(0, middle));
        await attempt(part.slice(middle));
      } else if (failures.push({ item: first, error }) > mostFailures) throw error;
    }
  };
  await attempt(items);
  return failures;
}
