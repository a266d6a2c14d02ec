import { RequestError } from '../errors/request-error.js';

/** Memory that the bodies of all running requests may take together. */
export class BodyBudget {
  private used = 0;

  constructor(private readonly maxBytes: number) {}

  /** Throws 503 when the bytes would not fit. */
  take(bytes: number): void {
    if (this.used + bytes > this.maxBytes) {
      throw RequestError.of('overloaded');
    }
    this.used += bytes;
  }

  release(bytes: number): void {
    this.used -= bytes;
  }
}
