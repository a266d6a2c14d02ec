import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import type { WireFormat } from '@modelbridge/llm-wire';

export interface Clients {
  client: OpenAI;
  anthropic: Anthropic;
}

/** What the official client of a format understood. */
export interface Understood {
  text: string;
  calls: Array<{ name: string; input: unknown }>;
  reason: string | null | undefined;
  outputTokens: number | undefined;
  requestId: string | null | undefined;
}

export interface Asked {
  model: string;
  stream: boolean;
  tools: boolean;
}

interface WithRequestId {
  _request_id?: string | null;
}

const schema = { type: 'object' as const, properties: { at: { type: 'string' } } };

/** Asks through the official client of the format. Rejects where the client throws. */
export function askWith(format: WireFormat, clients: Clients, asked: Asked): Promise<Understood> {
  if (format === 'chat') return askChat(clients.client, asked);
  if (format === 'responses') return askResponses(clients.client, asked);
  return askMessages(clients.anthropic, asked);
}

async function askChat(client: OpenAI, { model, stream, tools }: Asked): Promise<Understood> {
  const body = {
    model,
    messages: [{ role: 'user' as const, content: 'hi' }],
    ...(tools
      ? { tools: [{ type: 'function' as const, function: { name: 'look', parameters: schema } }] }
      : {}),
  };
  let requestId: string | null | undefined;
  let completion: OpenAI.ChatCompletion;
  if (stream) {
    const running = client.chat.completions.stream({
      ...body,
      stream_options: { include_usage: true },
    });
    completion = await running.finalChatCompletion();
  } else {
    const { data, request_id } = await client.chat.completions.create(body).withResponse();
    completion = data;
    requestId = request_id;
  }
  const choice = completion.choices[0]!;
  return {
    text: choice.message.content ?? '',
    calls: (choice.message.tool_calls ?? []).map((call) => {
      if (call.type !== 'function') throw new Error('not a function call');
      return { name: call.function.name, input: JSON.parse(call.function.arguments) as unknown };
    }),
    reason: choice.finish_reason,
    outputTokens: completion.usage?.completion_tokens,
    requestId,
  };
}

async function askResponses(client: OpenAI, { model, stream, tools }: Asked): Promise<Understood> {
  const body = {
    model,
    input: 'hi',
    ...(tools
      ? {
          tools: [
            { type: 'function' as const, name: 'look', parameters: schema, strict: false },
            { type: 'web_search' as const },
          ],
        }
      : {}),
  };
  const response: OpenAI.Responses.Response & WithRequestId = stream
    ? await client.responses.stream(body).finalResponse()
    : await client.responses.create(body);
  return {
    text: response.output_text,
    calls: response.output
      .filter((item) => item.type === 'function_call')
      .map((item) => ({ name: item.name, input: JSON.parse(item.arguments) as unknown })),
    reason: response.status,
    outputTokens: response.usage?.output_tokens,
    requestId: response._request_id,
  };
}

async function askMessages(
  client: Anthropic,
  { model, stream, tools }: Asked,
): Promise<Understood> {
  const body = {
    model,
    max_tokens: 1_024,
    messages: [{ role: 'user' as const, content: 'hi' }],
    ...(tools
      ? {
          tools: [
            { name: 'look', input_schema: schema },
            { type: 'web_search_20250305' as const, name: 'web_search' as const },
          ],
        }
      : {}),
  };
  const message: Anthropic.Message & WithRequestId = stream
    ? await client.messages.stream(body).finalMessage()
    : await client.messages.create(body);
  return {
    text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: message.content
      .filter((block) => block.type === 'tool_use')
      .map(({ name, input }) => ({ name, input })),
    reason: message.stop_reason,
    outputTokens: message.usage.output_tokens,
    requestId: message._request_id,
  };
}
