import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseMessage } from '@langchain/core/messages';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool as langchainTool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import {
  Agent,
  OpenAIProvider,
  Runner,
  setTracingDisabled,
  tool as agentTool,
} from '@openai/agents';
import Anthropic from 'anthropic-sdk-1';
import { betaZodTool } from 'anthropic-sdk-1/helpers/beta/zod';
import { zodOutputFormat } from 'anthropic-sdk-1/helpers/zod';
import OpenAI from 'openai-7';
import { zodFunction, zodResponseFormat, zodTextFormat } from 'openai-7/helpers/zod';
import { z } from 'zod';

export interface Access {
  /** Without a path. */
  url: string;
  apiKey: string;
}

export interface Place {
  city: string;
}

/** What a library does for its user, in its own way. */
export interface LibraryClient {
  ask(model: string, prompt: string): Promise<string>;
  stream(model: string, prompt: string): Promise<string>;
  /** Lets the library run `getTime` as the tool `get_time`, and answers what came in the end. */
  useTool(
    model: string,
    prompt: string,
    getTime: (place: Place) => string | Promise<string>,
  ): Promise<string>;
  object(model: string, prompt: string): Promise<unknown>;
}

const place = z.object({ city: z.string() });
const description = 'Tells the time in a city.';
const maxTokens = 1_000;
const retries = 0;

export const libraryClients: Record<string, (access: Access) => LibraryClient> = {
  'openai, chat': openAiChat,
  'openai, responses': openAiResponses,
  '@anthropic-ai/sdk': anthropic,
  '@openai/agents, chat': (access) => agents(access, false),
  '@openai/agents, responses': (access) => agents(access, true),
  '@langchain/openai, chat': (access) => langchain(langchainOpenAi(access, false)),
  '@langchain/openai, responses': (access) => langchain(langchainOpenAi(access, true)),
  '@langchain/anthropic': (access) => langchain(langchainAnthropic(access)),
};

function openAiChat({ url, apiKey }: Access): LibraryClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: retries });
  const asked = (model: string, prompt: string) => ({
    model,
    messages: [{ role: 'user' as const, content: prompt }],
  });
  return {
    ask: async (model, prompt) => {
      const reply = await client.chat.completions.create(asked(model, prompt));
      return reply.choices[0]?.message.content ?? '';
    },
    stream: async (model, prompt) => {
      const stream = client.chat.completions.stream(asked(model, prompt));
      return (await stream.finalContent()) ?? '';
    },
    useTool: async (model, prompt, run) => {
      const tools = [
        zodFunction({ name: 'get_time', description, parameters: place, function: run }),
      ];
      const runner = client.chat.completions.runTools({ ...asked(model, prompt), tools });
      return (await runner.finalContent()) ?? '';
    },
    object: async (model, prompt) => {
      const response_format = zodResponseFormat(place, 'place');
      const reply = await client.chat.completions.parse({
        ...asked(model, prompt),
        response_format,
      });
      return reply.choices[0]?.message.parsed;
    },
  };
}

function openAiResponses({ url, apiKey }: Access): LibraryClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: retries });
  return {
    ask: async (model, input) => (await client.responses.create({ model, input })).output_text,
    stream: async (model, input) =>
      (await client.responses.stream({ model, input }).finalResponse()).output_text,
    useTool: async (model, prompt, run) => {
      const tools: OpenAI.Responses.FunctionTool[] = [
        {
          type: 'function',
          name: 'get_time',
          description,
          strict: true,
          parameters: {
            type: 'object',
            properties: { city: { type: 'string' } },
            required: ['city'],
            additionalProperties: false,
          },
        },
      ];
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: prompt }];
      const include: OpenAI.Responses.ResponseIncludable[] = ['reasoning.encrypted_content'];
      const first = await client.responses.create({ model, input, tools, include, store: false });
      for (const item of first.output) {
        input.push(item as OpenAI.Responses.ResponseInputItem);
        if (item.type !== 'function_call') continue;
        const output = await run(JSON.parse(item.arguments) as Place);
        input.push({ type: 'function_call_output', call_id: item.call_id, output });
      }
      return (await client.responses.create({ model, input, tools, store: false })).output_text;
    },
    object: async (model, input) => {
      const text = { format: zodTextFormat(place, 'place') };
      return (await client.responses.parse({ model, input, text })).output_parsed;
    },
  };
}

function anthropic({ url, apiKey }: Access): LibraryClient {
  const client = new Anthropic({ baseURL: url, apiKey, maxRetries: retries });
  const asked = (model: string, prompt: string) => ({
    model,
    max_tokens: maxTokens,
    messages: [{ role: 'user' as const, content: prompt }],
  });
  const textOf = (content: { type: string; text?: string }[]) =>
    content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  return {
    ask: async (model, prompt) =>
      textOf((await client.messages.create(asked(model, prompt))).content),
    stream: async (model, prompt) =>
      textOf((await client.messages.stream(asked(model, prompt)).finalMessage()).content),
    useTool: async (model, prompt, run) => {
      const tools = [betaZodTool({ name: 'get_time', description, inputSchema: place, run })];
      const runner = client.beta.messages.toolRunner({ ...asked(model, prompt), tools });
      return textOf((await runner.runUntilDone()).content);
    },
    object: async (model, prompt) => {
      const output_config = { format: zodOutputFormat(place) };
      const reply = await client.messages.parse({ ...asked(model, prompt), output_config });
      return reply.parsed_output;
    },
  };
}

function agents({ url, apiKey }: Access, useResponses: boolean): LibraryClient {
  setTracingDisabled(true);
  const modelProvider = new OpenAIProvider({ baseURL: `${url}/v1`, apiKey, useResponses });
  const runner = new Runner({ modelProvider, tracingDisabled: true });
  const agent = (model: string) =>
    new Agent({ name: 'clock', model, modelSettings: { store: false } });
  return {
    ask: async (model, prompt) => (await runner.run(agent(model), prompt)).finalOutput ?? '',
    stream: async (model, prompt) => {
      const run = await runner.run(agent(model), prompt, { stream: true });
      let text = '';
      for await (const piece of run.toTextStream()) text += piece;
      return text;
    },
    useTool: async (model, prompt, execute) => {
      const tools = [agentTool({ name: 'get_time', description, parameters: place, execute })];
      const run = await runner.run(agent(model).clone({ tools }), prompt);
      return run.finalOutput ?? '';
    },
    object: async (model, prompt) => {
      const typed = new Agent({ name: 'places', model, outputType: place });
      return (await runner.run(typed, prompt)).finalOutput;
    },
  };
}

type LangchainModel = ChatOpenAI | ChatAnthropic;

function langchainOpenAi({ url, apiKey }: Access, useResponsesApi: boolean) {
  return (model: string): LangchainModel =>
    new ChatOpenAI({
      model,
      apiKey,
      useResponsesApi,
      maxRetries: retries,
      configuration: { baseURL: `${url}/v1` },
      ...(useResponsesApi ? { zdrEnabled: true } : {}),
    });
}

function langchainAnthropic({ url, apiKey }: Access) {
  return (model: string): LangchainModel =>
    new ChatAnthropic({ model, apiKey, maxTokens, maxRetries: retries, anthropicApiUrl: url });
}

function langchain(chatModel: (model: string) => LangchainModel): LibraryClient {
  return {
    ask: async (model, prompt) => (await chatModel(model).invoke(prompt)).text,
    stream: async (model, prompt) => {
      let text = '';
      for await (const piece of await chatModel(model).stream(prompt)) text += piece.text;
      return text;
    },
    useTool: async (model, prompt, run) => {
      const getTime = langchainTool((input: Place) => run(input), {
        name: 'get_time',
        description,
        schema: place,
      });
      const bound = chatModel(model).bindTools([getTime]);
      const messages: BaseMessage[] = [new HumanMessage(prompt)];
      const first = await bound.invoke(messages);
      messages.push(first);
      for (const call of first.tool_calls ?? []) {
        const content = await run(call.args as Place);
        messages.push(new ToolMessage({ content, tool_call_id: call.id ?? '' }));
      }
      return (await bound.invoke(messages)).text;
    },
    object: (model, prompt) => chatModel(model).withStructuredOutput(place).invoke(prompt),
  };
}
