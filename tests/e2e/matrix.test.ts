import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { eventually } from '@modelbridge/testing-kit';
import OpenAI from 'openai';
import { query } from './database.js';
import {
  clearSandbox,
  getJson,
  sandboxRequests,
  setFaults,
  type UsageItem,
} from './gateway-api.js';
import { type Stack, startStack } from './stack.js';

const models = [
  'claude-opus-4-5',
  'claude-opus-4-6',
  'claude-sonnet-4-0',
  'claude-sonnet-4-6',
  'gpt-5.4',
  'gpt-5.3-codex',
  'gpt-5.3-codex-spark',
  'gpt-5.2-codex',
  'kimi-k2.5',
  'minimax-m2.5',
  'minimax-m2.7',
  'glm-5',
];
const textOnly = new Set(['minimax-m2.5', 'minimax-m2.7', 'glm-5']);
const upstreamNames: Record<string, string> = {
  'claude-opus-4-5': 'claude-opus-4-5-20251101',
  'claude-sonnet-4-0': 'claude-sonnet-4-20250514',
};
/** Above the least thinking budget, and enough for models that always reason first. */
const outputCap = 4_000;
const thinkingBudget = 1_024;
const replyTokens = 300;
/** Of the stream that its caller leaves. */
const eventsRead = 12;
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const imageUrl = `data:image/png;base64,${png}`;
const schema = {
  type: 'object' as const,
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const toolNames = ['get_time', 'get_weather'];

interface Question {
  prompt: string;
  tools?: boolean;
  image?: boolean;
  structured?: boolean;
  reasoning?: boolean;
}

interface Reply {
  text: string;
  finish: string | null | undefined;
  calls: { name: string; input: unknown }[];
  reasoned: boolean;
}

interface Api {
  /** By the SDK's own accumulator when streamed. */
  ask(model: string, question: Question, streamed: boolean): Promise<Reply>;
  /** The head of a stream, whose events are still to be read. */
  open(
    model: string,
    prompt: string,
    signal: AbortSignal,
  ): Promise<{ data: AsyncIterable<unknown>; response: Response }>;
  stopped: string[];
  called: string[];
}

let stack: Stack;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  stack = await startStack();
  const options = { apiKey: stack.apiKey, maxRetries: 0, timeout: 20_000 };
  openai = new OpenAI({ ...options, baseURL: `${stack.gateway}/v1` });
  anthropic = new Anthropic({ ...options, baseURL: stack.gateway });
}, 150_000);

const chat: Api = {
  stopped: ['stop'],
  called: ['tool_calls'],
  async ask(model, question, streamed) {
    const body: OpenAI.ChatCompletionCreateParamsNonStreaming = {
      model,
      max_completion_tokens: outputCap,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: question.prompt },
            ...(question.image
              ? [{ type: 'image_url' as const, image_url: { url: imageUrl } }]
              : []),
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
    const completion = streamed
      ? await openai.chat.completions
          .stream({ ...body, stream: true, stream_options: { include_usage: true } })
          .finalChatCompletion()
      : await openai.chat.completions.create(body);
    const choice = completion.choices[0]!;
    return {
      text: choice.message.content ?? '',
      finish: choice.finish_reason,
      calls: (choice.message.tool_calls ?? []).flatMap((call) =>
        call.type === 'function'
          ? [
              {
                name: call.function.name,
                input: JSON.parse(call.function.arguments) as unknown,
              },
            ]
          : [],
      ),
      reasoned:
        (completion.usage?.completion_tokens_details?.reasoning_tokens ?? 0) > 0 ||
        Boolean((choice.message as { reasoning_content?: string | null }).reasoning_content),
    };
  },
  open: (model, prompt, signal) =>
    openai.chat.completions
      .create({ model, stream: true, messages: [{ role: 'user', content: prompt }] }, { signal })
      .withResponse(),
};

const responses: Api = {
  stopped: ['completed'],
  called: ['completed'],
  async ask(model, question, streamed) {
    const body: OpenAI.Responses.ResponseCreateParamsNonStreaming = {
      model,
      max_output_tokens: outputCap,
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: question.prompt },
            ...(question.image
              ? [
                  {
                    type: 'input_image' as const,
                    detail: 'auto' as const,
                    image_url: imageUrl,
                  },
                ]
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
    const { output, status } = streamed
      ? await openai.responses.stream({ ...body, stream: true }).finalResponse()
      : await openai.responses.create(body);
    const parts = output.flatMap((item) => (item.type === 'message' ? item.content : []));
    return {
      text: parts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
      finish: status,
      calls: output.flatMap((item) =>
        item.type === 'function_call'
          ? [{ name: item.name, input: JSON.parse(item.arguments) as unknown }]
          : [],
      ),
      reasoned: output.some(({ type }) => type === 'reasoning'),
    };
  },
  open: (model, prompt, signal) =>
    openai.responses.create({ model, stream: true, input: prompt }, { signal }).withResponse(),
};

const messages: Api = {
  stopped: ['end_turn'],
  called: ['tool_use'],
  async ask(model, question, streamed) {
    const body: Anthropic.MessageCreateParamsNonStreaming = {
      model,
      max_tokens: outputCap,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: question.prompt },
            ...(question.image
              ? [
                  {
                    type: 'image' as const,
                    source: {
                      type: 'base64' as const,
                      media_type: 'image/png' as const,
                      data: png,
                    },
                  },
                ]
              : []),
          ],
        },
      ],
      ...(question.tools && {
        tools: toolNames.map((name) => ({ name, input_schema: schema })),
      }),
      ...(question.structured && { output_config: { format: { type: 'json_schema', schema } } }),
      ...(question.reasoning && {
        thinking: { type: 'enabled', budget_tokens: thinkingBudget },
      }),
    };
    const message = streamed
      ? await anthropic.messages.stream(body).finalMessage()
      : await anthropic.messages.create(body);
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
    anthropic.messages
      .create(
        {
          model,
          max_tokens: outputCap,
          stream: true,
          messages: [{ role: 'user', content: prompt }],
        },
        { signal },
      )
      .withResponse(),
};

function expectAnswer(api: Api, reply: Reply): void {
  expect(reply.text).not.toBe('');
  expect(api.stopped).toContain(reply.finish);
}

function expectCalls(api: Api, reply: Reply, least: number): void {
  expect(api.called).toContain(reply.finish);
  expect(new Set(reply.calls.map(({ name }) => name)).size).toBeGreaterThanOrEqual(least);
  for (const { name, input } of reply.calls) {
    expect(toolNames).toContain(name);
    expect(input).toEqual({ city: expect.any(String) });
  }
}

const bothWays = async (check: (streamed: boolean) => Promise<void>): Promise<void> => {
  await Promise.all([check(false), check(true)]);
};

/** An image for a text-only model that the gateway passes on and the stand-in takes. */
const leftToUpstream = 'not refused by the gateway: sent on, for the upstream to judge';

/** Throws where the feature fails; a remark where it passes with a reservation. */
type Feature = (api: Api, model: string) => Promise<string | void>;

/** These leave the sandbox alone and run at the same time. */
const undisturbed: Record<string, Feature> = {
  plain: async (api, model) => expectAnswer(api, await api.ask(model, { prompt: 'hello' }, false)),
  stream: async (api, model) => expectAnswer(api, await api.ask(model, { prompt: 'hello' }, true)),
  tools: (api, model) =>
    bothWays(async (streamed) => {
      const question = { prompt: 'use the get_time tool', tools: true };
      expectCalls(api, await api.ask(model, question, streamed), 1);
    }),
  'parallel tools': (api, model) =>
    bothWays(async (streamed) => {
      expectCalls(
        api,
        await api.ask(model, { prompt: 'call two tools', tools: true }, streamed),
        2,
      );
    }),
  image: async (api, model) => {
    const asked = api.ask(model, { prompt: 'what is this?', image: true }, false);
    const reply = await asked.catch((error: unknown) => {
      if (!textOnly.has(model)) throw error;
      expect(error).toMatchObject({ status: 400, message: expect.stringMatching(/image/i) });
    });
    if (!reply) return undefined;
    expectAnswer(api, reply);
    // Never dropped in silence: what is not refused reaches the model.
    expect(JSON.stringify(await sandboxRequests(stack))).toContain(png);
    return textOnly.has(model) ? leftToUpstream : undefined;
  },
  structured: (api, model) =>
    bothWays(async (streamed) => {
      const reply = await api.ask(model, { prompt: 'where?', structured: true }, streamed);
      expectAnswer(api, reply);
      expect(JSON.parse(reply.text)).toEqual({ city: expect.any(String) });
    }),
  reasoning: (api, model) =>
    bothWays(async (streamed) => {
      const reply = await api.ask(model, { prompt: 'think', reasoning: true }, streamed);
      expectAnswer(api, reply);
      expect(reply.reasoned).toBe(true);
    }),
};

/** These put faults into the sandbox and run one after the other. */
const disturbed: Record<string, Feature> = {
  error: async (api, model) => {
    const message = 'the prompt is too strange';
    const error = { status: 400, type: 'invalid_request_error', message };
    await setFaults(stack, [{ model: upstreamNames[model] ?? model, error }]);
    await bothWays(async (streamed) => {
      await expect(api.ask(model, { prompt: 'hello' }, streamed)).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining(message),
      });
    });
  },
  disconnect: async (api, model) => {
    await setFaults(stack, [{ model: upstreamNames[model] ?? model, chunkDelayMs: 2 }]);
    const caller = new AbortController();
    const prompt = `[[tokens=${replyTokens}]]`;
    const { data, response } = await api.open(model, prompt, caller.signal);
    let events = 0;
    for await (const _event of data) {
      events += 1;
      if (events === eventsRead) caller.abort();
    }
    expect(events).toBeGreaterThanOrEqual(eventsRead);
    const id = response.headers.get('x-request-id') ?? '';
    const row = await eventually(() => getJson<UsageItem>(stack, `/v1/usage/${id}`));
    expect(row.model).toBe(model);
    const outcomes = await query<{ outcome: string }>(
      stack,
      'usage_ledger',
      'select outcome from usage_request where request_id = $1',
      [uuidOf('request', id)],
    );
    expect(outcomes).toEqual([{ outcome: 'caller_gone' }]);
    // Such a short stream is read on to its end, for the provider's own count.
    expect(row.output_tokens).toBeGreaterThanOrEqual(replyTokens);
    expect(BigInt(row.cost_nano_usd)).toBeGreaterThan(0n);
  },
};

const features = [...Object.keys(undisturbed), ...Object.keys(disturbed)];
/** By `api model`: for each feature `pass` or the reason. */
const results = new Map<string, Map<string, string>>();

async function outcomeOf(feature: Feature, api: Api, model: string): Promise<string> {
  try {
    return (await feature(api, model)) ?? 'pass';
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // eslint-disable-next-line no-control-regex -- jest colours what it expected
    return text.replace(/\u001b\[\d+m/g, '').replace(/\s+/g, ' ');
  }
}

function printedTable(): string {
  const reasons: string[] = [];
  const rows = [...results].map(([row, cells]) => {
    const marks = features.map((feature) => {
      const outcome = cells.get(feature) ?? 'not run';
      if (outcome !== 'pass') reasons.push(`${row}, ${feature}: ${outcome}`);
      const mark = outcome === leftToUpstream ? 'sent' : outcome === 'pass' ? 'pass' : 'FAIL';
      return mark.padEnd(feature.length);
    });
    return [row.padEnd(30), ...marks].join(' | ');
  });
  return [[''.padEnd(30), ...features].join(' | '), ...rows, ...reasons].join('\n');
}

afterAll(async () => {
  console.log(printedTable());
  await stack?.stop();
}, 30_000);

describe.each(Object.entries({ chat, responses, messages }))('%s', (name, api) => {
  it.each(models)('does everything with %s', async (model) => {
    const cells = new Map<string, string>();
    results.set(`${name} ${model}`, cells);
    await clearSandbox(stack);
    await Promise.all(
      Object.entries(undisturbed).map(async ([feature, run]) => {
        cells.set(feature, await outcomeOf(run, api, model));
      }),
    );
    for (const [feature, run] of Object.entries(disturbed)) {
      cells.set(feature, await outcomeOf(run, api, model));
    }
    await clearSandbox(stack);
    const failed = [...cells].filter(([, outcome]) => !['pass', leftToUpstream].includes(outcome));
    expect(failed).toEqual([]);
    expect(cells.size).toBe(features.length);
  });
});
