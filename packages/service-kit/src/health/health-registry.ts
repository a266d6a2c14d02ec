/** How long one part may take to answer before it counts as failing. */
const checkTimeoutMs = 2_000;

interface Part {
  check: () => Promise<void>;
  neededToBegin: boolean;
}

/** What the process needs in order to be useful. */
export class HealthRegistry {
  private readonly parts = new Map<string, Part>();
  private draining = false;

  /**
   * `check` rejects while the part does not answer. With `neededToBegin` only its first answer is waited
   * for: for what the process bridges when it is gone for a while.
   */
  register(
    name: string,
    check: () => Promise<void>,
    { neededToBegin = false }: { neededToBegin?: boolean } = {},
  ): void {
    this.parts.set(name, { check, neededToBegin });
  }

  /** From now on the process is not ready: it is about to stop. */
  drain(): void {
    this.draining = true;
  }

  /** Names of the parts that fail; empty when the process is ready. */
  async failing(): Promise<string[]> {
    if (this.draining) return ['shutting down'];
    const outcomes = await Promise.all(
      [...this.parts].map(async ([name, { check, neededToBegin }]) => {
        if (!(await answers(check))) return name;
        if (neededToBegin) this.parts.delete(name);
        return undefined;
      }),
    );
    return outcomes.filter((name) => name !== undefined);
  }
}

async function answers(check: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), checkTimeoutMs);
  });
  try {
    await Promise.race([check(), timeout]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
