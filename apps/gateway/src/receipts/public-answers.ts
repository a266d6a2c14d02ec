import { bounds } from '../bounds.js';
import { RequestError } from '../errors/request-error.js';
import { receiptBounds } from './bounds.js';

interface Kept {
  answer: Promise<unknown>;
  atMs: number;
}

/**
 * Answers that are the same for everyone: asked for once a minute, however many ask here, and few at once, whatever they ask
 * for. One that failed is not kept.
 */
export class PublicAnswers {
  private readonly kept = new Map<string, Kept>();
  private open = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  get<T>(name: string, ask: (options: { timeoutMs: number }) => Promise<T>): Promise<T> {
    const found = this.kept.get(name);
    if (found !== undefined && this.now() - found.atMs < receiptBounds.keptMs)
      return found.answer as Promise<T>;
    if (this.open >= receiptBounds.maxOpen) {
      throw RequestError.of('overloaded', { retryAfterMs: bounds.readRetryAfterMs });
    }
    this.open += 1;
    const answer = ask({ timeoutMs: bounds.readMs })
      .catch((error: unknown) => {
        this.kept.delete(name);
        throw error;
      })
      .finally(() => (this.open -= 1));
    this.keep(name, answer);
    return answer;
  }

  private keep(name: string, answer: Promise<unknown>): void {
    this.kept.delete(name);
    this.kept.set(name, { answer, atMs: this.now() });
    const [oldest] = this.kept.keys();
    if (this.kept.size > receiptBounds.keptAnswers && oldest !== undefined)
      this.kept.delete(oldest);
  }
}
