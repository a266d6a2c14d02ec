import type { ApiError } from '../errors/api-error.js';
import type { ReportedUsage } from '../usage/token-usage.js';
import type { FinishReason } from '../wire-format.js';

/**
 * How a stream ended: `completed` with its format's terminal event, `failed` with an error frame from
 * the upstream, `cut` when the upstream broke off or was given up.
 */
export type StreamOutcome = 'completed' | 'failed' | 'cut';

/** What to say in place of an upstream's error, in the caller's format; undefined where it may stay. */
export type Reword = (said: ApiError) => ApiError | undefined;

/** What is known of a stream while it runs; usage metadata only, never content. */
export interface StreamProgress {
  readonly usage: ReportedUsage | undefined;
  /** The usage covers the whole reply. */
  readonly usageFinal: boolean;
  readonly finishReason: FinishReason | undefined;
  /** Undefined while the stream runs. */
  readonly outcome: StreamOutcome | undefined;
  readonly error: ApiError | undefined;
  /** Bytes handed on to the caller. */
  readonly bytes: number;
  /** Events received from the upstream. */
  readonly events: number;
  /** Our own count of the output received, for a reply that reports none. */
  readonly estimatedOutputTokens: number;
}
