import { isDatabaseUnavailable } from './database-unavailable.js';

/** What fails however it is taken apart, and why. */
export interface Failure<T> {
  items: readonly T[];
  error: unknown;
}

export interface IsolationOptions<T> {
  /** Items with the same key stand and fall together. Without it each stands for itself. */
  keyOf?: (item: T) => string;
  /** Where more than this fail, the fault is not theirs. */
  mostFailures?: number;
}

/**
 * Runs `work` on all items at once and, where that fails, on halves and halves of them, until what is at
 * fault stands alone. `work` is all or nothing. Rejects where the fault is in no item, because the database
 * is unavailable or too many fail; some have been worked on by then.
 */
export async function isolateFailures<T>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<unknown>,
  { keyOf, mostFailures = Infinity }: IsolationOptions<T> = {},
): Promise<Failure<T>[]> {
  const failures: Failure<T>[] = [];
  const attempt = async (
    groups: readonly T[][],
    part: readonly T[] = groups.flat(),
  ): Promise<void> => {
    try {
      await work(part);
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      if (groups.length > 1) {
        const middle = Math.ceil(groups.length / 2);
        await attempt(groups.slice(0, middle));
        await attempt(groups.slice(middle));
      } else if (failures.push({ items: part, error }) > mostFailures) throw error;
    }
  };
  const groups = keyOf === undefined ? items.map((item) => [item]) : groupsBy(items, keyOf);
  if (items.length > 0) await attempt(groups, items);
  return failures;
}

function groupsBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
