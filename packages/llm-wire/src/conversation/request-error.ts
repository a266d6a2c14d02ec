/** A request that cannot be translated without changing its answer, or that is malformed: 400. */
export class WireRequestError extends Error {
  override readonly name = 'WireRequestError';
  readonly status = 400;

  constructor(
    readonly param: string,
    message: string,
    readonly code: 'invalid_value' | 'unsupported_parameter' | 'missing_required_parameter',
  ) {
    super(message);
  }
}

export function invalid(param: string, expected: string): WireRequestError {
  return new WireRequestError(param, `'${param}' must be ${expected}`, 'invalid_value');
}

export function missing(param: string): WireRequestError {
  return new WireRequestError(param, `'${param}' is required`, 'missing_required_parameter');
}

export function unsupported(param: string, why: string): WireRequestError {
  return new WireRequestError(
    param,
    `'${param}' is not supported: ${why}`,
    'unsupported_parameter',
  );
}
