import type { Logger } from '@modelbridge/service-kit/logging';

const soonMs = 1_000;

/**
 * What a service answers, asked for once in a while, however many ask here. While the service is away the last answer
 * is told on; undefined before the first.
 */
export class KeptAnswer<T> {
  private asked: { answer: Promise<T>; atMs: number } | undefined;
  private last: T | undefined;

  /** @param what for the log, such as "the plans" */
  constructor(
    private readonly what: string,
    private readonly ask: () => Promise<T>,
    private readonly logger: Logger,
    private readonly keptMs = 60_000,
  ) {}

  async get(): Promise<T | undefined> {
    const now = performance.now();
    if (this.asked === undefined || now - this.asked.atMs > this.keptMs) {
      this.asked = { answer: this.ask(), atMs: now };
    }
    const { asked } = this;
    try {
      this.last = await asked.answer;
    } catch (error) {
      // With nothing to tell on, it is asked again soon.
      if (this.last === undefined) asked.atMs = now - this.keptMs + soonMs;
      this.logger.warn({ err: error }, `${this.what}: not brought up to date`);
    }
    return this.last;
  }
}
