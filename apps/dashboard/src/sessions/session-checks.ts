import { sessionBounds } from './bounds.js';

/** Remembers for a moment that sessions go on, so that a page of many requests asks auth once. */
export class SessionChecks {
  private readonly checks = new Map<string, { atMs: number; outcome: Promise<unknown> }>();

  constructor(private readonly ask: (sessionId: string, userId: string) => Promise<unknown>) {}

  /** Rejects as `ask` does where the session does not go on. */
  async check(sessionId: string, userId: string): Promise<void> {
    const now = performance.now();
    const key = `${sessionId} ${userId}`;
    const known = this.checks.get(key);
    if (known !== undefined && now - known.atMs < sessionBounds.checkedMs) {
      await known.outcome;
      return;
    }
    if (this.checks.size >= sessionBounds.checksRemembered) this.checks.clear();
    const outcome = this.ask(sessionId, userId);
    this.checks.set(key, { atMs: now, outcome });
    // One that failed may go on at the next try; one that has ended does not come back.
    outcome.catch(() => this.checks.delete(key));
    await outcome;
  }

  forget(sessionId: string, userId: string): void {
    this.checks.delete(`${sessionId} ${userId}`);
  }
}
