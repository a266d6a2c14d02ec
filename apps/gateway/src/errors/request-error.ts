import { apiError, errorType, type ApiError, type WireFormat } from '@modelbridge/llm-wire';
import {
  publicErrors,
  type FieldErrorCode,
  type PublicErrorCode,
  type SelfExplainingCode,
} from './public-errors.js';

export interface ErrorOptions {
  message?: string;
  /** The field at fault. */
  param?: string;
  headers?: Record<string, string>;
  /** Nothing more is to be read from the connection. */
  closes?: boolean;
  /** When the same request may succeed. */
  retryAfterMs?: number;
  /** Members beside `message` in the error object. */
  details?: Record<string, unknown>;
}

/** A RequestError without its class, for another thread. */
export type PlainRequestError = Pick<
  RequestError,
  'status' | 'code' | 'message' | 'options' | 'upstreamType'
>;

/**
 * An answer other than success. The message is public. It is either one of the closed table or what an
 * upstream said of the caller's request.
 */
export class RequestError extends Error {
  private constructor(
    readonly status: number,
    readonly code: string | null,
    message: string,
    readonly options: ErrorOptions,
    /** An upstream's, in the caller's format; undefined for what the gateway itself says. */
    readonly upstreamType?: string,
  ) {
    super(message);
    this.name = 'RequestError';
  }

  static of(code: SelfExplainingCode, options?: ErrorOptions): RequestError;
  static of(code: PublicErrorCode, options: ErrorOptions & { message: string }): RequestError;
  static of(code: PublicErrorCode, options: ErrorOptions = {}): RequestError {
    const known = publicErrors[code];
    const text = 'text' in known ? known.text : '';
    return new RequestError(known.status, code, options.message ?? text, options);
  }

  /** An upstream's own words, type and code about what the caller sent, in the caller's format. */
  static passedOn({ status, type, code, message, param }: ApiError): RequestError {
    return new RequestError(status, code, message, { param: param ?? undefined }, type);
  }

  static ofPlain({
    status,
    code,
    message,
    options,
    upstreamType,
  }: PlainRequestError): RequestError {
    return new RequestError(status, code, message, options, upstreamType);
  }

  get plain(): PlainRequestError {
    const { status, code, message, options, upstreamType } = this;
    return { status, code, message, options, upstreamType };
  }

  /** Whether trying again helps; undefined where only the upstream knows. */
  get retry(): boolean | undefined {
    if (this.upstreamType !== undefined) return undefined;
    return publicErrors[this.code as PublicErrorCode].retry;
  }
}

export function badField(
  param: string,
  message: string,
  code: FieldErrorCode = 'invalid_value',
): RequestError {
  return RequestError.of(code, { message, param });
}

export function modelNotFound(model: string): RequestError {
  const shown = model.length > 100 ? `${model.slice(0, 100)}…` : model;
  return RequestError.of('model_not_found', {
    message: `The model '${shown}' does not exist. GET /v1/models lists those that do.`,
    param: 'model',
  });
}

/** A code of the table as it stands inside a stream of this format. */
export function streamError(code: SelfExplainingCode, format: WireFormat): ApiError {
  const { status, text } = publicErrors[code];
  return apiError(status, errorType(format, status), text, code);
}
