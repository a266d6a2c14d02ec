/** An answer other than success, in the terms of OpenAI's error object. The message is public. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly code: string | null,
    message: string,
    readonly options: {
      /** The field at fault. */
      param?: string;
      headers?: Record<string, string>;
      /** Members beside `message` in the error object. */
      details?: Record<string, unknown>;
      /** `type` and `code` are an upstream's, in the caller's format already. */
      isUpstreams?: boolean;
    } = {},
  ) {
    super(message);
    this.name = 'RequestError';
  }
}

/** One text for a missing, malformed, unknown and revoked key: it must not tell which. */
export function invalidKey(): RequestError {
  return new RequestError(
    401,
    'invalid_request_error',
    'invalid_api_key',
    'The API key is missing or not valid. Send a ModelBridge key as "Authorization: Bearer mb_live_…".',
  );
}

export function badField(param: string, message: string, code: string | null = null): RequestError {
  return new RequestError(400, 'invalid_request_error', code, message, { param });
}

/** The caller itself takes as much as one may; trying again when some of it has ended helps. */
export function tooManyAtOnce(message: string): RequestError {
  const headers = { 'retry-after-ms': '1000', 'retry-after': '1', 'x-should-retry': 'true' };
  return new RequestError(429, 'rate_limit_error', 'too_many_at_once', message, { headers });
}

/** The platform cannot answer now; trying again may help. */
export function unavailable(code: string, message: string): RequestError {
  return new RequestError(503, 'server_error', code, message);
}

export function modelNotFound(model: string): RequestError {
  const shown = model.length > 100 ? `${model.slice(0, 100)}…` : model;
  return new RequestError(
    404,
    'invalid_request_error',
    'model_not_found',
    `The model '${shown}' does not exist. GET /v1/models lists those that do.`,
    { param: 'model' },
  );
}
