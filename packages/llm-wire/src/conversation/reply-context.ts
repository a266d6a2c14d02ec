import type { JsonObject } from '../json.js';
import type { SentKeys } from '../schemas/property-keys.js';
import type { CallerTool } from './caller-tool.js';

/** What the caller's request says about how its reply is to be written. */
export interface ReplyContext {
  /** The model's name as the caller knows it. */
  model: string;
  /** Chat streams: the caller asked for the usage chunk. */
  includeUsage: boolean;
  /** Freeform tools that were sent as functions with one string `input`, by their names as sent. */
  freeformTools: ReadonlySet<string>;
  /** Tools as the caller knows them, by their names as sent, where that is not all of it. */
  callerTools: ReadonlyMap<string, CallerTool>;
  /** Keys of tools' inputs as the caller knows them, by the tools' names as sent, where they were replaced. */
  inputKeys: ReadonlyMap<string, SentKeys>;
  /**
   * The beginning of the reply, which the caller gave and servers of open models repeat in whole replies:
   * llama-server does, but not in streams.
   */
  prefill?: string;
  /** The tool that stands in for a structured output: its input is the reply's text. */
  outputTool?: string;
  /** Request fields that a Responses reply repeats. */
  echo: JsonObject;
  /** Seconds since 1970, for replies that say when they were complete. */
  now: () => number;
  /** The same when the request came, for replies whose upstream does not say. */
  created: number;
}
