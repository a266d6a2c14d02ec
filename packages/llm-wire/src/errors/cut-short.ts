import { apiError } from './api-error.js';

/** The upstream closed before its reply was complete: never a stop, always an error. */
export const CUT_SHORT = apiError(
  502,
  'server_error',
  'the upstream ended the stream before the reply was complete',
  'upstream_stream_cut',
);
