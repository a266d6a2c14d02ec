import type { JsonObject } from '../json.js';
import type { CallerTool, ClientTool } from './caller-tool.js';

/** A request for one reply, in no API's own terms: what every reader makes and every writer takes. */
export interface ConversationRequest {
  turns: Turn[];
  tools: Tool[];
  toolChoice?: ToolChoice;
  parallelToolCalls?: boolean;
  /** Tokens, reasoning included. */
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  stop?: string[];
  presencePenalty?: number;
  frequencyPenalty?: number;
  logitBias?: JsonObject;
  seed?: number;
  logprobs?: boolean;
  topLogprobs?: number;
  reasoning?: ReasoningRequest;
  format?: OutputFormat;
  verbosity?: string;
  user?: string;
  metadata?: JsonObject;
  serviceTier?: string;
  promptCacheKey?: string;
  stream: boolean;
  /** Chat only: the caller wants the usage chunk. */
  includeUsage: boolean;
  /** Fields that the reader has left out, for `x-modelbridge-ignored`. */
  ignored: string[];
}

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';

export interface ReasoningRequest {
  effort?: Effort;
  budgetTokens?: number;
  /** The caller wants to see the reasoning, or its summary. */
  visible?: boolean;
}

export type OutputFormat =
  | { type: 'json_object' }
  | {
      type: 'json_schema';
      name: string;
      schema: JsonObject;
      strict: boolean;
      description?: string;
    };

export interface Turn {
  role: 'system' | 'user' | 'assistant';
  parts: Part[];
}

export type Part =
  TextPart | ImagePart | FilePart | RefusalPart | ReasoningPart | ToolCallPart | ToolResultPart;

interface Cacheable {
  /** Anthropic's cache breakpoint, kept as it came. */
  cacheControl?: JsonObject;
}

export interface TextPart extends Cacheable {
  kind: 'text';
  text: string;
  annotations?: Annotation[];
  /** OpenAI's per-token entries, whose shape its two APIs share. */
  logprobs?: unknown[];
}

export type MediaSource =
  | { type: 'url'; url: string }
  | { type: 'base64'; mediaType: string; data: string }
  | { type: 'text'; text: string };

export interface ImagePart extends Cacheable {
  kind: 'image';
  source: MediaSource;
  detail?: string;
}

export interface FilePart extends Cacheable {
  kind: 'file';
  source: MediaSource;
  name?: string;
}

export interface RefusalPart {
  kind: 'refusal';
  text: string;
}

export interface ReasoningPart {
  kind: 'reasoning';
  text: string;
  seal?: ReasoningSeal;
}

/**
 * What only the vendor that made the reasoning can read: Anthropic's signature or redacted thinking,
 * OpenAI's encrypted content. It is carried through foreign formats and given back to that vendor.
 */
export interface ReasoningSeal {
  vendor: 'anthropic' | 'openai';
  value: string;
  /** Anthropic's `redacted_thinking`: the seal is all there is. */
  redacted?: boolean;
}

export interface ToolCallPart extends Cacheable {
  kind: 'tool_call';
  id: string;
  name: string;
  /** JSON text of the arguments, or the raw input of a freeform tool. */
  input: string;
  freeform: boolean;
  /** As the Responses API calls it, where that is not by its name as a function. */
  namespace?: string;
  clientTool?: ClientTool;
}

export interface ToolResultPart extends Cacheable {
  kind: 'tool_result';
  callId: string;
  parts: Array<TextPart | ImagePart | FilePart>;
  isError?: boolean;
  freeform?: boolean;
}

export interface Tool extends Cacheable {
  name: string;
  description?: string;
  /** JSON Schema of the arguments; a freeform tool has none. */
  schema?: JsonObject;
  strict?: boolean;
  freeform: boolean;
  /** A freeform tool's grammar, as OpenAI writes it. */
  grammar?: JsonObject;
  /** What the caller calls it, where that is more than its name here. */
  caller?: CallerTool;
}

export type ToolChoice =
  | { type: 'auto' | 'none' | 'required' }
  | { type: 'tool'; name: string }
  | { type: 'allowed'; names: string[]; required: boolean };

/** A source that a text's claim rests on. */
export interface Annotation {
  url?: string;
  title?: string;
  citedText?: string;
  startIndex?: number;
  endIndex?: number;
  /** The vendor's own object, given back where the format is the same. */
  raw: JsonObject;
  vendor: 'anthropic' | 'openai';
}
