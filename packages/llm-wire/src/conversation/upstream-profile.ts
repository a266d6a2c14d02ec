import type { WireFormat } from '../wire-format.js';
import type { ConversationRequest, Effort } from './request.js';

/** What a request can lose: a field, another vendor's reasoning in the history, breakpoints, enforced schemas, calls or results without their other half. */
type LostHere = 'toolStrict' | 'formatStrict' | 'unansweredCalls' | 'resultsOfNoCall';
export type Ignorable = keyof ConversationRequest | 'reasoningHistory' | 'cacheControl' | LostHere;

/** What a translation must know of the model that it is for; the catalog says it. */
export interface UpstreamProfile {
  format: WireFormat;
  /** The upstream's own name of the model. */
  model: string;
  /** Sent to Anthropic, which requires a cap, where the caller gave none. */
  maxOutputTokens: number;
  /** How Anthropic's model is asked to think; 'none' where it cannot. Default 'budget'. */
  thinking?: 'adaptive' | 'budget' | 'none';
  /**
   * How a strict JSON schema is asked of Anthropic: by `output_config.format`, or by a tool that the
   * model must call. Default 'tool', which every model takes.
   */
  structuredOutput?: 'native' | 'tool';
  /**
   * A chat upstream's dialect. OpenAI refuses fields that it does not know; vLLM takes `top_k`, and
   * reasoning given back. Default 'openai'.
   */
  dialect?: 'openai' | 'vllm';
  /** What turns thinking on and off in a vLLM pool's template; undefined where nothing does. */
  thinkingSwitch?: string;
  /** The efforts of reasoning that an OpenAI model takes, the least first. Default all. */
  efforts?: readonly Effort[];
  /**
   * Anthropic's least prompt that is cached. Breakpoints are set for callers that set none; undefined
   * for none.
   */
  cachesFromTokens?: number;
  /** False for a model that refuses `temperature` and `top_p`. Default true. */
  sampling?: boolean;
}
