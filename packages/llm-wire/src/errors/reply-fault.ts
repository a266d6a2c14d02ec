import { apiError, type ApiError } from './api-error.js';

/** What can be wrong with the reply itself of an upstream that answered well. */
export type ReplyFaultCode = 'upstream_stream_cut' | 'upstream_invalid_reply';

export function replyFault(code: ReplyFaultCode, message: string): ApiError {
  return apiError(502, 'server_error', message, code);
}

/** The upstream closed before its reply was complete: never a stop, always an error. */
export const CUT_SHORT = replyFault(
  'upstream_stream_cut',
  'connection lost: the upstream ended the stream before the reply was complete',
);

/** The upstream says that it gave the reply up. */
export const GIVEN_UP = replyFault(
  'upstream_stream_cut',
  'server error: the upstream gave the reply up before it was complete',
);
