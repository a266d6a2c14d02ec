import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { TestSandbox } from '../../testing/test-sandbox.js';
import { regions } from '@modelbridge/contracts';

describe('the self-hosted pools', () => {
  let sandbox: TestSandbox;

  beforeAll(async () => {
    sandbox = await TestSandbox.start();
  });
  beforeEach(() => sandbox.faults());
  afterAll(() => sandbox.close());

  const client = (region: string) =>
    new OpenAI({
      baseURL: `${sandbox.url}/selfhosted/${region}/v1`,
      apiKey: sandbox.config.SANDBOX_SELFHOSTED_API_KEY,
      maxRetries: 0,
    });
  const ask = (
    content: string,
    extra: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {},
    region = 'us-east',
  ) =>
    client(region).chat.completions.create({
      model: 'zai-org/GLM-5',
      messages: [{ role: 'user', content }],
      ...extra,
    });

  it('answers alike in every region and says which one was asked', async () => {
    const texts = new Set<string | null | undefined>();
    for (const region of regions) {
      texts.add((await ask('Where are you?', {}, region)).choices[0]?.message.content);
      expect(await sandbox.lastRequest()).toMatchObject({ provider: 'selfhosted', region });
    }
    expect(texts.size).toBe(1);
  });

  it('keeps a prefix cache for each region, in blocks of 16', async () => {
    const content = `a shared prefix ${'alpha bravo '.repeat(100)}`;
    const cached = async (region: string) =>
      (await ask(content, {}, region)).usage?.prompt_tokens_details?.cached_tokens ?? 0;
    expect(await cached('us-west')).toBe(0);
    const again = await cached('us-west');
    expect(again).toBeGreaterThan(180);
    expect(again % 16).toBe(0);
    expect(await cached('eu-west')).toBe(0);
  });

  it('shows reasoning in reasoning, streamed alike', async () => {
    const reply = await ask('[[tokens=10]] Think', { reasoning_effort: 'high' });
    const message = reply.choices[0]?.message as { reasoning?: string } | undefined;
    expect(message?.reasoning).toMatch(/\w+/);
    expect(reply.usage?.completion_tokens).toBe(74);
    const stream = await client('us-east').chat.completions.create({
      model: 'zai-org/GLM-5',
      messages: [{ role: 'user', content: '[[tokens=10]] Think' }],
      reasoning_effort: 'high',
      stream: true,
      stream_options: { include_usage: true },
    });
    let reasoning = '';
    let usage: unknown;
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta as { reasoning?: string } | undefined;
      reasoning += delta?.reasoning ?? '';
      usage = chunk.usage;
    }
    expect(reasoning).toBe(message?.reasoning);
    expect(usage).toMatchObject({ completion_tokens: 74 });
  });

  it('reads earlier reasoning in that member alone', async () => {
    const tokens = async (earlier: object) => {
      const messages = [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: 'a', ...earlier },
        { role: 'user', content: 'y' },
      ] as OpenAI.ChatCompletionMessageParam[];
      return (await ask('', { messages })).usage?.prompt_tokens ?? 0;
    };
    const bare = await tokens({});
    expect(await tokens({ reasoning_content: 'a long thought of mine' })).toBe(bare);
    expect(await tokens({ reasoning: 'a long thought of mine' })).toBeGreaterThan(bare);
  });

  it('tells the tokens made so far in every chunk, where that is asked for', async () => {
    const chunks = async (extra: object) => {
      const stream = await client('us-east').chat.completions.create({
        model: 'zai-org/GLM-5',
        messages: [{ role: 'user', content: '[[tokens=5]] Count' }],
        stream: true,
        ...extra,
      });
      const seen: OpenAI.ChatCompletionChunk[] = [];
      for await (const chunk of stream) seen.push(chunk);
      return seen;
    };
    const stream_options = { include_usage: true, continuous_usage_stats: true };
    const usage = (await chunks({ stream_options })).map((chunk) => chunk.usage?.completion_tokens);
    expect(usage).toEqual([0, 3, 5, 5, 5]);
    const timed = (await chunks({ timings_per_token: true })) as unknown as {
      timings: { predicted_n: number };
    }[];
    expect(timed.map(({ timings }) => timings.predicted_n)).toEqual([0, 3, 5, 5]);
  });

  it('refuses a prompt and a cap that are above the context together', async () => {
    const limit = 202_752;
    const prompt = (await ask('x')).usage?.prompt_tokens ?? 0;
    const tooLarge = { max_tokens: limit - prompt + 1 };
    await expect(ask('x', tooLarge)).rejects.toMatchObject({
      status: 400,
      type: 'BadRequestError',
      message: expect.stringContaining(`maximum context length is ${limit}`),
    });
    await expect(ask('x', { max_tokens: limit - prompt })).resolves.toBeDefined();
  });

  it('refuses as vLLM does', async () => {
    await expect(ask('x', { model: 'glm-5' })).rejects.toMatchObject({
      status: 404,
      error: { type: 'NotFoundError', code: 404 },
    });
    const path = '/selfhosted/us-east/v1/chat/completions';
    const refused = await sandbox.post(path, 'wrong', { model: 'zai-org/GLM-5' });
    expect([refused.status, await refused.json()]).toEqual([401, { error: 'Unauthorized' }]);
  });

  it('answers health without a key and lists its models with one', async () => {
    expect((await fetch(`${sandbox.url}/selfhosted/us-east/health`)).status).toBe(200);
    const models = await client('us-east').models.list();
    expect(models.data[0]).toMatchObject({ id: 'moonshotai/Kimi-K2.5', max_model_len: 262_144 });
  });
});
