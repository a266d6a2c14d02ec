/** What a call to the server failed with: what it said, or that it could not be asked. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    readonly details: {
      /** Undefined where there was no answer. */
      readonly status?: number;
      readonly code: string;
      readonly field?: string;
      readonly requestId?: string;
    },
  ) {
    super(message);
  }

  get code(): string {
    return this.details.code;
  }

  /** Whether the same call may succeed a moment later. */
  get isPassing(): boolean {
    const { status } = this.details;
    return status === undefined || status === 408 || status === 429 || status >= 500;
  }
}
