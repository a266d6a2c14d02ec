import type { JsonObject } from '@modelbridge/llm-wire';
import { compactionBounds } from './bounds.js';
import { message } from './compacted-input.js';

const ask = `The conversation above gets too long. Write a summary that takes its place: whoever goes on has nothing else of it.
Keep what was asked for and what was decided, what was done and how far it got, what is open, and all names, paths, numbers, code and errors that are still needed. Leave out what is settled and needed no more.
Answer with the summary alone, in the language of the conversation. Do not go on with the work and call no tool.`;

/** Members that would shape or route the summary as if it were an answer. */
const leftOut = ['text', 'tool_choice', 'parallel_tool_calls', 'max_tool_calls', 'top_logprobs'];

/** The request for a summary of `items`, from the one that asked for a compaction. */
export function summaryRequest(request: JsonObject, items: readonly unknown[]): JsonObject {
  const kept = Object.fromEntries(
    Object.entries(request).filter(([name]) => !leftOut.includes(name)),
  );
  return {
    ...kept,
    input: [...items, message(ask)],
    max_output_tokens: request['max_output_tokens'] ?? compactionBounds.summaryTokens,
    // Upstreams want the tools of calls in the history to be declared.
    ...(request['tools'] === undefined ? {} : { tool_choice: 'none' }),
  };
}
