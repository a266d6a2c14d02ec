import { utf8 } from '../bytes.js';
import { isObject, parseObject, stringAt } from '../json.js';
import type { WireFormat } from '../wire-format.js';

/** An error as an API reports it. `type` and `code` are in the terms of the format it is in. */
export interface ApiError {
  status: number;
  type: string;
  message: string;
  code: string | null;
  param: string | null;
}

/** The error's JSON body in a format's shape. */
export function buildError(format: WireFormat, error: ApiError, requestId?: string): string {
  const { type, message, param, code } = error;
  if (format !== 'messages') return JSON.stringify({ error: { message, type, param, code } });
  const body = { type: 'error', error: { type, message } };
  return JSON.stringify(requestId === undefined ? body : { ...body, request_id: requestId });
}

/** The error in an upstream's reply, or undefined where the body is not an error object at all. */
export function parseError(status: number, body: Uint8Array | string): ApiError | undefined {
  const text = typeof body === 'string' ? body : utf8(body);
  const root = parseObject(text);
  return root === undefined ? undefined : readError(status, root);
}

/** Reads both vendors' shapes, and vLLM's older one without a wrapping `error`. */
export function readError(status: number, root: unknown): ApiError | undefined {
  if (!isObject(root)) return undefined;
  const nested = root['error'];
  if (typeof nested === 'string') return apiError(status, 'api_error', nested);
  const error = isObject(nested) ? nested : root;
  const message = stringAt(error, 'message') ?? stringAt(root, 'message');
  if (message === undefined) return undefined;
  return {
    status,
    type: stringAt(error, 'type') ?? 'api_error',
    message,
    code: codeOf(error['code'], status),
    param: stringAt(error, 'param') ?? null,
  };
}

/** A number that only repeats the status says nothing. */
function codeOf(code: unknown, status: number): string | null {
  if (typeof code === 'string') return code;
  return typeof code === 'number' && code !== status ? String(code) : null;
}

export function apiError(
  status: number,
  type: string,
  message: string,
  code: string | null = null,
  param: string | null = null,
): ApiError {
  return { status, type, message, code, param };
}
