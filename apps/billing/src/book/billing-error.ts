import type { ErrorCode } from '@modelbridge/contracts';

/** A request that the rules refuse; its message is public. */
export class BillingError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly field: string,
  ) {
    super(message);
    this.name = 'BillingError';
  }
}
