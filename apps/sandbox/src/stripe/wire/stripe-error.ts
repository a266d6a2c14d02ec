import type { JsonObject } from '../../json.js';

export type StripeErrorType =
  'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error' | 'rate_limit_error';

/** What an error says beside its type and message. */
export interface ErrorDetails {
  code?: string;
  param?: string;
  /** Further members, such as the decline code or the intent that failed. */
  more?: JsonObject;
}

/** A refusal in the words of Stripe's API. */
export class StripeError extends Error {
  constructor(
    readonly status: number,
    readonly type: StripeErrorType,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }

  body(): object {
    const { code, param, more } = this.details;
    return {
      error: {
        ...(code !== undefined && {
          code,
          doc_url: `https://docs.stripe.com/error-codes/${code.replaceAll('_', '-')}`,
        }),
        message: this.message,
        ...(param !== undefined && { param }),
        ...more,
        type: this.type,
      },
    };
  }
}

export function invalidRequest(message: string, details: ErrorDetails = {}): StripeError {
  return new StripeError(400, 'invalid_request_error', message, details);
}

/** `param` names the parameter with the id; an id in the path is not found, one in a parameter is invalid. */
export function resourceMissing(what: string, id: string, param = 'id'): StripeError {
  return new StripeError(
    param === 'id' ? 404 : 400,
    'invalid_request_error',
    `No such ${what}: '${id}'`,
    { code: 'resource_missing', param },
  );
}

export function parameterMissing(param: string): StripeError {
  return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}
