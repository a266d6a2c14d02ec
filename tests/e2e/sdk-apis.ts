import type Anthropic from '@anthropic-ai/sdk';
import { patienceMs } from '@modelbridge/testing-kit';
import type OpenAI from 'openai';
import type { StackDescription } from '@modelbridge/ops';

/** Above the least thinking budget, and enough for models that always reason first. */
const outputCap = 4_000;
const thinkingBudget = 1_024;
export const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const imageUrl = `data:image/png;base64,${png}`;
const schema = {
  type: 'object' as const,
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
export const toolNames = ['get_time', 'get_weather'];

interface Question {
  prompt: string;
  tools?: boolean;
  image?: boolean;
  structured?: boolean;
  reasoning?: boolean;
}

export interface Reply {
  text: string;
  finish: string | null | undefined;
  calls: { name: string; input: unknown }[];
  reasoned: boolean;
}

interface ErrorClasses {
  APIError: new (...args: never[]) => Error;
  RateLimitError: new (...args: never[]) => Error;
  InternalServerError: new (...args: never[]) => Error;
}

/** One of the inbound APIs, seen through the official SDK. */
export interface Api {
  /** Under the gateway's address. */
  path: string;
  errors: ErrorClasses;
  /** A streaming request as its SDK would send it. */
  streamRequest(model: string, prompt: string): object;
  /** By the SDK's own accumulator when streamed. */
  ask(model: string, question: Question, streamed: boolean): Promise<Reply>;
  /** The head of a stream, whose events are still to be read. */
  open(
    model: string,
    prompt: string,
    signal?: AbortSignal,
  ): Promise<{
    data: AsyncIterable<unknown>;
    response: { headers: { get(name: string): unknown } };
  }>;
  stopped: string[];
  called: string[];
  /** Whether an event of a stream says that the reply is whole. */
  isGoodEnd(event: Record<string, unknown>): boolean;
}

/** The classes of one major version of both SDKs. */
export interface Sdks {
  OpenAI: typeof OpenAI;
  Anthropic: typeof Anthropic;
}

/** The three APIs of a running system; the SDKs do not try anything again on their own. */
export function connect(stack: StackDescription, { OpenAI, Anthropic }: Sdks): Record<string, Api> {
  const options = { apiKey: stack.apiKey, maxRetries: 0, timeout: 2 * patienceMs };
  const openai = new OpenAI({ ...options, baseURL: `${stack.gateway}/v1` });
  const anthropic = new Anthropic({ ...options, baseURL: stack.gateway });
  return {
    chat: chatApi(openai, OpenAI),
    responses: responsesApi(openai, OpenAI),
    messages: messagesApi(anthropic, Anthropic),
  };
}

function chatApi(client: OpenAI, errors: ErrorClasses): Api {
  const streamRequest = (model: string, content: string) => ({
    model,
    stream: true as const,
    messages: [{ role: 'user' as const, content }],
  });
  return {
    path: '/v1/chat/completions',
    errors,
    streamRequest,
    stopped: ['stop'],
    called: ['tool_calls'],
    async ask(model, question, streamed) {
      const body = chatRequest(model, question);
      const completion = streamed
        ? await chatStreams(client)
            .stream({ ...body, stream: true, stream_options: { include_usage: true } })
            .finalChatCompletion()
        : await client.chat.completions.create(body);
      const choice = completion.choices[0]!;
      return {
        text: choice.message.content ?? '',
        finish: choice.finish_reason,
        calls: (choice.message.tool_calls ?? []).flatMap((call) =>
          call.type === 'function' ? [toolCall(call.function.name, call.function.arguments)] : [],
        ),
        reasoned:
          (completion.usage?.completion_tokens_details?.reasoning_tokens ?? 0) > 0 ||
          Boolean((choice.message as { reasoning_content?: string | null }).reasoning_content),
      };
    },
    open: (model, prompt, signal) =>
      client.chat.completions.create(streamRequest(model, prompt), { signal }).withResponse(),
    isGoodEnd: ({ choices }) =>
      Boolean((choices as { finish_reason?: string | null }[] | undefined)?.[0]?.finish_reason),
  };
}

/** The accumulator moved out of `beta` in version 5. */
function chatStreams(client: OpenAI): Pick<OpenAI.Chat.Completions, 'stream'> {
  if ('stream' in client.chat.completions) return client.chat.completions;
  return (client.beta as unknown as { chat: OpenAI.Chat }).chat.completions;
}

const toolCall = (name: string, input: string) => ({ name, input: JSON.parse(input) as unknown });

function chatRequest(
  model: string,
  question: Question,
): OpenAI.ChatCompletionCreateParamsNonStreaming {
  return {
    model,
    max_completion_tokens: outputCap,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: question.prompt },
          ...(question.image ? [{ type: 'image_url' as const, image_url: { url: imageUrl } }] : []),
        ],
      },
    ],
    ...(question.tools && {
      tools: toolNames.map((name) => ({
        type: 'function',
        function: { name, parameters: schema },
      })),
    }),
    ...(question.structured && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'place', schema, strict: true },
      },
    }),
    ...(question.reasoning && { reasoning_effort: 'medium' }),
  };
}

function responsesApi(client: OpenAI, errors: ErrorClasses): Api {
  const streamRequest = (model: string, input: string) => ({ model, stream: true as const, input });
  return {
    path: '/v1/responses',
    errors,
    streamRequest,
    stopped: ['completed'],
    called: ['completed'],
    async ask(model, question, streamed) {
      const body = responsesRequest(model, question);
      const { output, status } = streamed
        ? await client.responses.stream({ ...body, stream: true }).finalResponse()
        : await client.responses.create(body);
      const parts = output.flatMap((item) => (item.type === 'message' ? item.content : []));
      return {
        text: parts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
        finish: status,
        calls: output.flatMap((item) =>
          item.type === 'function_call' ? [toolCall(item.name, item.arguments)] : [],
        ),
        reasoned: output.some(({ type }) => type === 'reasoning'),
      };
    },
    open: (model, prompt, signal) =>
      client.responses.create(streamRequest(model, prompt), { signal }).withResponse(),
    isGoodEnd: ({ type }) => type === 'response.completed' || type === 'response.incomplete',
  };
}

function responsesRequest(
  model: string,
  question: Question,
): OpenAI.Responses.ResponseCreateParamsNonStreaming {
  return {
    model,
    max_output_tokens: outputCap,
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: question.prompt },
          ...(question.image
            ? [{ type: 'input_image' as const, detail: 'auto' as const, image_url: imageUrl }]
            : []),
        ],
      },
    ],
    ...(question.tools && {
      tools: toolNames.map((name) => ({
        type: 'function',
        name,
        parameters: schema,
        strict: true,
      })),
    }),
    ...(question.structured && {
      text: { format: { type: 'json_schema', name: 'place', schema, strict: true } },
    }),
    ...(question.reasoning && { reasoning: { effort: 'medium', summary: 'auto' } }),
  };
}

function messagesApi(client: Anthropic, errors: ErrorClasses): Api {
  const streamRequest = (model: string, content: string) => ({
    model,
    max_tokens: outputCap,
    stream: true as const,
    messages: [{ role: 'user' as const, content }],
  });
  return {
    path: '/v1/messages',
    errors,
    streamRequest,
    stopped: ['end_turn'],
    called: ['tool_use'],
    async ask(model, question, streamed) {
      const body = messagesRequest(model, question);
      const message = streamed
        ? await client.messages.stream(body).finalMessage()
        : await client.messages.create(body);
      return {
        text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
        finish: message.stop_reason,
        calls: message.content.flatMap((block) =>
          block.type === 'tool_use' ? [{ name: block.name, input: block.input }] : [],
        ),
        reasoned: message.content.some(({ type }) => /thinking/.test(type)),
      };
    },
    open: (model, prompt, signal) =>
      client.messages.create(streamRequest(model, prompt), { signal }).withResponse(),
    isGoodEnd: ({ type }) => type === 'message_stop',
  };
}

function messagesRequest(
  model: string,
  question: Question,
): Anthropic.MessageCreateParamsNonStreaming {
  const source = { type: 'base64' as const, media_type: 'image/png' as const, data: png };
  return {
    model,
    max_tokens: outputCap,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: question.prompt },
          ...(question.image ? [{ type: 'image' as const, source }] : []),
        ],
      },
    ],
    ...(question.tools && { tools: toolNames.map((name) => ({ name, input_schema: schema })) }),
    ...(question.structured && { output_config: { format: { type: 'json_schema', schema } } }),
    ...(question.reasoning && { thinking: { type: 'enabled', budget_tokens: thinkingBudget } }),
  };
}
