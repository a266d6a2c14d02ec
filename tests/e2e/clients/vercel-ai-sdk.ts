import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { describe, expect, it } from '@jest/globals';
import {
  APICallError,
  generateText,
  jsonSchema,
  type LanguageModel,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
import { sandboxRequests, setFaults } from '../gateway-api.js';
import { stack } from './client-stack.js';

interface Place {
  city: string;
}
const place = jsonSchema<Place>({
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
});
const prompt = 'hello';
const toolPrompt = 'use the get_time tool';
const maxOutputTokens = 4_000;
const chunksSent = 8;

type ProviderOptions = Parameters<typeof generateText>[0]['providerOptions'];

interface Provider {
  model(id: string): LanguageModel;
  options?: ProviderOptions;
  /** Options that ask for reasoning beside. */
  reasoning: ProviderOptions;
  /** How an answer tells that there was reasoning; OpenAI's chat has no place for its text. */
  shown(id: string): 'text' | 'tokens' | undefined;
}

/** One for each kind of upstream: Messages, Responses alone, chat alone. */
const models = ['claude-sonnet-4-6', 'gpt-5.2-codex', 'kimi-k2.5'];

// What it has to say of models that it does not know by name.
(globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;

const access = () => ({ baseURL: `${stack.gateway}/v1`, apiKey: stack.apiKey });

const isGpt = (id: string): boolean => id.startsWith('gpt');
/** OpenAI's provider otherwise names items of earlier turns that OpenAI would have stored. */
const unstored = { store: false };

const providers: Record<string, Provider> = {
  'openai, chat': {
    model: (id) => createOpenAI(access()).chat(id),
    reasoning: { openai: { reasoningEffort: 'medium' } },
    shown: (id) => (isGpt(id) ? 'tokens' : undefined),
  },
  'openai, responses': {
    model: (id) => createOpenAI(access()).responses(id),
    options: { openai: unstored },
    reasoning: {
      openai: {
        ...unstored,
        reasoningEffort: 'medium',
        reasoningSummary: 'auto',
        forceReasoning: true,
      },
    },
    shown: () => 'text',
  },
  anthropic: {
    model: (id) => createAnthropic(access())(id),
    reasoning: { anthropic: { thinking: { type: 'enabled', budgetTokens: 1_024 } } },
    shown: () => 'text',
  },
  'openai-compatible': {
    model: (id) =>
      createOpenAICompatible({
        ...access(),
        name: 'modelbridge',
        includeUsage: true,
        supportsStructuredOutputs: true,
      })(id),
    reasoning: { modelbridge: { reasoningEffort: 'medium' } },
    shown: (id) => (isGpt(id) ? 'tokens' : 'text'),
  },
};

describe.each(Object.entries(providers))('%s', (_name, provider) => {
  describe.each(models)('%s', (id) => {
    const settings = () => ({
      model: provider.model(id),
      providerOptions: provider.options,
      maxOutputTokens,
      maxRetries: 0,
    });
    const tools = () => {
      const calls: Place[] = [];
      const get_time = tool({
        inputSchema: place,
        execute: (input) => {
          calls.push(input);
          return Promise.resolve({ time: '12:00' });
        },
      });
      return { calls, tools: { get_time } };
    };

    it('generates text', async () => {
      const reply = await generateText({ ...settings(), prompt });
      expect(reply.text).not.toBe('');
      expect(reply.finishReason).toBe('stop');
      const [received] = await sandboxRequests(stack);
      expect(reply.usage.outputTokens).toBe(received?.usage?.outputTokens);
      expect(reply.usage.inputTokens).toBeGreaterThan(0);
    });

    it('streams text', async () => {
      const reply = streamText({ ...settings(), prompt });
      let text = '';
      for await (const delta of reply.textStream) text += delta;
      expect(text).not.toBe('');
      expect(text).toBe(await reply.text);
      expect(await reply.finishReason).toBe('stop');
      const [received] = await sandboxRequests(stack);
      expect((await reply.usage).outputTokens).toBe(received?.usage?.outputTokens);
    });

    it('runs a tool and goes on with its result, reasoning handed back', async () => {
      const { calls, tools: set } = tools();
      const options = {
        ...settings(),
        tools: set,
        prompt: toolPrompt,
        stopWhen: stepCountIs(3),
        providerOptions: provider.reasoning,
      };
      const whole = await generateText(options);
      const stream = streamText(options);
      await stream.consumeStream();
      for (const steps of [whole.steps, await stream.steps]) {
        expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
        expect(steps[0]?.toolResults).toMatchObject([{ output: { time: '12:00' } }]);
        expect(steps[1]?.text).not.toBe('');
      }
      expect(calls).toEqual([{ city: expect.any(String) }, { city: expect.any(String) }]);
    });

    it('goes on with a conversation, reasoning handed back', async () => {
      const options = { ...settings(), providerOptions: provider.reasoning };
      const first = await generateText({ ...options, prompt });
      const second = streamText({
        ...options,
        messages: [
          { role: 'user', content: prompt },
          ...first.response.messages,
          { role: 'user', content: 'and then?' },
        ],
      });
      expect(await second.text).not.toBe('');
      expect(JSON.stringify((await sandboxRequests(stack)).at(-1)?.body)).toContain(first.text);
    });

    it('generates an object', async () => {
      const options = { ...settings(), prompt: 'where?', output: Output.object({ schema: place }) };
      expect((await generateText(options)).output).toEqual({ city: expect.any(String) });
      expect(await streamText(options).output).toEqual({ city: expect.any(String) });
    });

    it('shows reasoning where the API has a place for it', async () => {
      const options = { ...settings(), prompt: 'think', providerOptions: provider.reasoning };
      const whole = await generateText(options);
      const stream = streamText(options);
      for (const [text, tokens] of [
        [whole.reasoningText, whole.usage.reasoningTokens],
        [await stream.reasoningText, (await stream.usage).reasoningTokens],
      ] as const) {
        if (provider.shown(id) === 'text') expect(text).toMatch(/\S/);
        if (provider.shown(id) === 'tokens') expect(tokens).toBeGreaterThan(0);
      }
    });

    it('throws what the upstream refuses', async () => {
      const error = { status: 429, type: 'rate_limit_error', message: 'slow down' };
      await setFaults(stack, [{ error: { ...error, headers: { 'retry-after': '7' } } }]);
      const thrown = await generateText({ ...settings(), prompt }).catch((e: unknown) => e);
      expect(thrown).toBeInstanceOf(APICallError);
      expect(thrown).toMatchObject({ statusCode: 429, responseHeaders: { 'retry-after': '7' } });
    });

    it('tells of a stream that breaks', async () => {
      await setFaults(stack, [{ cutAfterChunks: chunksSent }]);
      const reply = streamText({
        ...settings(),
        prompt: '[[tokens=200]]',
        onError: () => undefined,
      });
      const parts: string[] = [];
      for await (const { type } of reply.fullStream) parts.push(type);
      expect(parts).toContain('text-delta');
      expect(parts.filter((type) => type === 'error')).toHaveLength(1);
    });
  });
});

it('says what to change where a client counts on replies being stored', async () => {
  const { reasoning } = providers['openai, responses']!;
  const options = {
    model: createOpenAI(access()).responses('gpt-5.4'),
    maxRetries: 0,
    providerOptions: { openai: { ...reasoning?.openai, store: true } },
  };
  const { response } = await generateText({ ...options, prompt });
  const messages = [...response.messages, { role: 'user' as const, content: prompt }];
  await expect(generateText({ ...options, messages })).rejects.toMatchObject({
    statusCode: 400,
    message: expect.stringMatching(/item_reference.*'store' to false/),
  });
});
