import type { JsonObject } from '../json.js';

/** What the caller's request says about how its reply is to be written. */
export interface ReplyContext {
  /** The model's name as the caller knows it. */
  model: string;
  /** Chat streams: the caller asked for the usage chunk. */
  includeUsage: boolean;
  /** Names of freeform tools that were sent as functions with one string `input`. */
  freeformTools: ReadonlySet<string>;
  /** Tool names as sent to the names that the caller knows, where they differ. */
  toolNames: ReadonlyMap<string, string>;
  /** The tool that stands in for a structured output: its input is the reply's text. */
  outputTool?: string;
  /** Request fields that a Responses reply repeats. */
  echo: JsonObject;
  /** Seconds since 1970, for replies that say when they were complete. */
  now: () => number;
  /** The same when the request came, for replies whose upstream does not say. */
  created: number;
}
