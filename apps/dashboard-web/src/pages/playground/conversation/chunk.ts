import * as z from 'zod/mini';
import type { Reply, ToolCall } from './entries.js';

const count = z.catch(z.optional(z.nullable(z.number())), undefined);
const text = z.optional(z.nullable(z.string()));

const chunk = z.object({
  choices: z.optional(
    z.array(
      z.object({
        delta: z.optional(
          z.object({
            content: text,
            reasoning_content: text,
            tool_calls: z.optional(
              z.nullable(
                z.array(
                  z.object({
                    index: z.optional(z.number()),
                    id: text,
                    function: z.optional(z.object({ name: text, arguments: text })),
                  }),
                ),
              ),
            ),
          }),
        ),
        finish_reason: text,
      }),
    ),
  ),
  usage: z.optional(
    z.nullable(
      z.object({
        prompt_tokens: z.number(),
        completion_tokens: z.number(),
        prompt_tokens_details: z.optional(
          z.nullable(z.object({ cached_tokens: count, cache_write_tokens: count })),
        ),
      }),
    ),
  ),
  error: z.optional(z.object({ message: z.string(), code: z.catch(z.string(), 'upstream_error') })),
});

type Chunk = z.infer<typeof chunk>;
type CallDelta = NonNullable<
  NonNullable<NonNullable<Chunk['choices']>[number]['delta']>['tool_calls']
>[number];

/** The reply after one more event of the stream; one of a form that is not known changes nothing. */
export function withChunk(reply: Reply, data: string, nowMs: number): Reply {
  const read = chunk.safeParse(jsonOf(data));
  if (!read.success) return reply;
  const { choices, usage, error } = read.data;
  const [choice] = choices ?? [];
  const delta = choice?.delta;
  const added = (delta?.content ?? '') + (delta?.reasoning_content ?? '');
  const calls = withCalls(reply.calls, delta?.tool_calls ?? []);
  const isFirst = added !== '' || calls !== reply.calls;
  return {
    ...reply,
    text: reply.text + (delta?.content ?? ''),
    reasoning: reply.reasoning + (delta?.reasoning_content ?? ''),
    calls,
    finish: choice?.finish_reason ?? reply.finish,
    firstMs: reply.firstMs ?? (isFirst ? nowMs : undefined),
    usage: usage === undefined || usage === null ? reply.usage : countsOf(usage),
    failure: error === undefined ? reply.failure : { code: error.code, message: error.message },
  };
}

function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** Calls come in pieces, told apart by their index. */
function withCalls(calls: readonly ToolCall[], deltas: readonly CallDelta[]): readonly ToolCall[] {
  if (deltas.length === 0) return calls;
  const after = [...calls];
  for (const { index = Math.max(0, after.length - 1), id, function: called } of deltas) {
    const before = after[index] ?? { id: '', name: '', args: '' };
    after[index] = {
      id: id ?? before.id,
      name: before.name + (called?.name ?? ''),
      args: before.args + (called?.arguments ?? ''),
    };
  }
  return after.filter((call) => call !== undefined);
}

/** The API's total of the input holds what a cache was read for and what was written to it. */
function countsOf(usage: NonNullable<Chunk['usage']>): Reply['usage'] {
  const cacheRead = usage.prompt_tokens_details?.cached_tokens ?? 0;
  const cacheWrite = usage.prompt_tokens_details?.cache_write_tokens ?? 0;
  return {
    input: Math.max(0, usage.prompt_tokens - cacheRead - cacheWrite),
    cacheRead,
    cacheWrite,
    output: usage.completion_tokens,
  };
}
