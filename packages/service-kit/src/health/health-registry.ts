/** How long one part may take to answer before it counts as failing. */
const checkTimeoutMs = 2_000;

/** What the process needs in order to be useful. */
export class HealthRegistry {
  private readonly checks = new Map<string, () => Promise<void>>();
  private draining = false;

  /** `check` rejects while the part does not answer. */
  register(name: string, check: () => Promise<void>): void {
    this.checks.set(name, check);
  }

  /** From now on the process is not ready: it is about to stop. */
  drain(): void {
    this.draining = true;
  }

  /** Names of the parts that fail; empty when the process is ready. */
  async failing(): Promise<string[]> {
    if (this.draining) return ['shutting down'];
    const outcomes = await Promise.all(
      [...this.checks].map(async ([name, check]) => ((await answers(check)) ? undefined : name)),
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
