/** OpenAI chat completions, OpenAI responses, Anthropic messages. */
export type WireFormat = 'chat' | 'responses' | 'messages';

/** Why a reply ended, in chat's terms; `unknown` is a reason this version does not know. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'unknown';
