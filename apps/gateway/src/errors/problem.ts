import type { RequestError } from './request-error.js';

/** An error as the problem details of RFC 9457, with the code, and the field at fault, beside its own members. */
export function problemBody(error: RequestError, requestId: string): string {
  const { status, code, message, options } = error;
  const name = code ?? 'error';
  return JSON.stringify({
    type: `urn:modelbridge:error:${name}`,
    title: name.replaceAll('_', ' '),
    status,
    detail: message,
    instance: `urn:modelbridge:request:${requestId}`,
    code: name,
    param: options.param ?? null,
    ...options.details,
  });
}
