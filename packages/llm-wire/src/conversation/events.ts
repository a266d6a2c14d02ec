import type { ApiError } from '../errors/api-error.js';
import type { ReportedUsage } from '../usage/token-usage.js';
import type { FinishReason } from '../wire-format.js';
import type { CallerTool } from './caller-tool.js';
import type { Annotation, ReasoningSeal } from './request.js';

/**
 * A reply as it comes, in no API's own terms. A part's events stand between its `open` and `close`,
 * and no two parts are open at once: formats that may overlap them are put in order by the reader.
 */
export type ReplyEvent =
  | { type: 'start'; id?: string; created?: number }
  | { type: 'open'; part: OpenPart }
  | { type: 'delta'; text: string; logprobs?: unknown[] }
  | { type: 'annotation'; annotation: Annotation }
  | { type: 'seal'; seal: ReasoningSeal }
  | { type: 'close' }
  | { type: 'ping' }
  | { type: 'finish'; reason: FinishReason; stopSequence?: string | null }
  | { type: 'failed'; error: ApiError };

export type OpenPart =
  | { kind: 'text' }
  | { kind: 'refusal' }
  | { kind: 'reasoning' }
  | ({ kind: 'tool_call'; id: string; freeform: boolean } & CallerTool);

/** Turns the upstream's bytes into events; usage is kept beside them. */
export interface ReplyReader {
  read(event: { event: string; data: string }): ReplyEvent[];
  /** The upstream closed. Ends with `finish` where the reply was complete, else with `failed`. */
  end(): ReplyEvent[];
  readonly usage: ReportedUsage | undefined;
  /** The usage counts all output so far, though the reply goes on. */
  readonly usageCovers?: boolean;
}

/** Turns events into frames of the caller's format. */
export interface ReplyWriter {
  write(event: ReplyEvent, usage: ReportedUsage | undefined): string;
}
