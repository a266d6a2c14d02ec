/** An answer but a 2xx: its message is for the person who reads it. */
export class RouteError extends Error {
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Of the request to another server that was refused; else it is the one of the route's own. */
  readonly requestId: string | undefined;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    more: { field?: string; retryAfterSeconds?: number; requestId?: string } = {},
  ) {
    super(message);
    this.name = 'RouteError';
    this.field = more.field;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.requestId = more.requestId;
  }
}
