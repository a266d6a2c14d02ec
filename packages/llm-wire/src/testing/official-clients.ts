import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { WireFormat } from '../wire-format.js';

/** What a vendor's own client understood of a streamed reply. */
export interface ClientView {
  text: string;
  calls: Array<{ name: string; input: unknown }>;
  reason: string | null | undefined;
  inputTokens: number | undefined;
  outputTokens: number | undefined;
}

function replying(bytes: Uint8Array) {
  const options = { status: 200, headers: { 'content-type': 'text/event-stream' } };
  const body = Buffer.from(bytes);
  return {
    apiKey: 'unused',
    baseURL: 'http://127.0.0.1:1/v1',
    maxRetries: 0,
    fetch: () => Promise.resolve(new Response(body, options)),
  };
}

/** Reads the bytes with the official client of their format. Rejects where the client would throw. */
export async function readWithClient(format: WireFormat, bytes: Uint8Array): Promise<ClientView> {
  if (format === 'chat') return readChat(bytes);
  return format === 'responses' ? readResponses(bytes) : readMessages(bytes);
}

async function readChat(bytes: Uint8Array): Promise<ClientView> {
  const client = new OpenAI(replying(bytes));
  const stream = client.chat.completions.stream({ model: 'm', messages: [] });
  const completion = await stream.finalChatCompletion();
  const choice = completion.choices[0]!;
  return {
    text: choice.message.content ?? '',
    calls: (choice.message.tool_calls ?? []).map((call) => {
      if (call.type !== 'function') throw new Error('not a function call');
      return { name: call.function.name, input: JSON.parse(call.function.arguments) as unknown };
    }),
    reason: choice.finish_reason,
    inputTokens: completion.usage?.prompt_tokens,
    outputTokens: completion.usage?.completion_tokens,
  };
}

async function readResponses(bytes: Uint8Array): Promise<ClientView> {
  const client = new OpenAI(replying(bytes));
  const response = await client.responses.stream({ model: 'm', input: '' }).finalResponse();
  return {
    text: response.output_text,
    calls: response.output
      .filter((item) => item.type === 'function_call')
      .map((item) => ({ name: item.name, input: JSON.parse(item.arguments) as unknown })),
    reason: response.status,
    inputTokens: response.usage?.input_tokens,
    outputTokens: response.usage?.output_tokens,
  };
}

async function readMessages(bytes: Uint8Array): Promise<ClientView> {
  const client = new Anthropic(replying(bytes));
  const stream = client.messages.stream({ model: 'm', max_tokens: 1, messages: [] });
  const message = await stream.finalMessage();
  return {
    text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: message.content
      .filter((block) => block.type === 'tool_use')
      .map(({ name, input }) => ({ name, input })),
    reason: message.stop_reason,
    inputTokens: message.usage.input_tokens + (message.usage.cache_read_input_tokens ?? 0),
    outputTokens: message.usage.output_tokens,
  };
}
