import { WireRequestError } from '@modelbridge/llm-wire';
import { RequestError, type PlainRequestError } from '../errors/request-error.js';

/** An error as one thread tells it another. */
export type ToldError =
  | { is: 'request'; error: PlainRequestError }
  | { is: 'wire'; param: string; message: string; code: WireRequestError['code'] }
  | { is: 'fault'; message: string; stack: string | undefined };

export function tellError(error: unknown): ToldError {
  if (error instanceof RequestError) return { is: 'request', error: error.plain };
  if (error instanceof WireRequestError) {
    const { param, message, code } = error;
    return { is: 'wire', param, message, code };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { is: 'fault', message, stack };
}

export function errorTold(told: ToldError): Error {
  if (told.is === 'request') return RequestError.ofPlain(told.error);
  if (told.is === 'wire') return new WireRequestError(told.param, told.message, told.code);
  const error = new Error(told.message);
  if (told.stack !== undefined) error.stack = told.stack;
  return error;
}
