import { isDatabaseUnavailable } from '../database/database-unavailable.js';
import { RpcError } from './rpc-error.js';

/** What the caller learns of what a handler threw; `cause` is for the log alone. */
export function callFailure(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  return isDatabaseUnavailable(error)
    ? new RpcError('unavailable', 'the database cannot be reached', { cause: error })
    : new RpcError('internal', 'internal error', { cause: error });
}
