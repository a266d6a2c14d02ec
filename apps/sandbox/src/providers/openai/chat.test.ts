import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { longText, TestSandbox } from '../../testing/test-sandbox.js';

const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['C', 'F'] } },
      required: ['city', 'unit'],
    },
  },
};

describe("OpenAI's chat completions", () => {
  let sandbox: TestSandbox;
  let client: OpenAI;

  beforeAll(async () => {
    sandbox = await TestSandbox.start();
    client = new OpenAI({
      baseURL: `${sandbox.url}/openai/v1`,
      apiKey: sandbox.config.SANDBOX_OPENAI_API_KEY,
      maxRetries: 0,
    });
  });
  beforeEach(() => sandbox.faults());
  afterAll(() => sandbox.close());

  const ask = (
    content: string,
    extra: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {},
  ) =>
    client.chat.completions.create({
      model: 'gpt-5.4',
      messages: [{ role: 'user', content }],
      ...extra,
    });

  async function streamed(content: string, extra: Partial<OpenAI.ChatCompletionCreateParams> = {}) {
    const stream = await client.chat.completions.create({
      model: 'gpt-5.4',
      messages: [{ role: 'user', content }],
      ...extra,
      stream: true,
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  }

  it('gives the same answer and counts to the same prompt, streamed or not', async () => {
    const first = await ask('Tell me of rivers');
    const second = await ask('Tell me of rivers');
    const chunks = await streamed('Tell me of rivers', { stream_options: { include_usage: true } });
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(first.choices[0]?.message.content).toBe(second.choices[0]?.message.content);
    expect(text).toBe(first.choices[0]?.message.content);
    expect(first.usage).toEqual(second.usage);
    expect(first.system_fingerprint).toMatch(/^fp_/);
    expect(chunks.at(-1)?.usage).toEqual(first.usage);
    expect((await ask('Tell me of lakes')).choices[0]?.message.content).not.toBe(text);
  });

  it('streams one role, small chunks, one finish reason, and usage only when asked', async () => {
    const chunks = await streamed('[[tokens=30]]', { stream_options: { include_usage: true } });
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 30 } });
    const reasons = chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? []);
    expect(reasons).toEqual(['stop']);
    expect(chunks).toHaveLength(1 + 10 + 1 + 1);
    const plain = await streamed('[[tokens=30]]');
    expect(plain.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  it('honours the output cap and stop sequences', async () => {
    const capped = await ask('[[tokens=100]]', { max_completion_tokens: 12 });
    expect(capped.choices[0]?.finish_reason).toBe('length');
    expect(capped.usage?.completion_tokens).toBe(12);
    const stopped = await ask('[[say=one two HALT three]]', { stop: 'HALT' });
    expect(stopped.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'one two ' },
    });
  });

  it('answers n choices that differ and counts them together', async () => {
    const reply = await ask('[[tokens=20]] Invent a name', { n: 3 });
    expect(new Set(reply.choices.map((choice) => choice.message.content)).size).toBe(3);
    expect(reply.usage?.completion_tokens).toBe(60);
    const chunks = await streamed('[[tokens=20]] Invent a name', { n: 3 });
    for (const [index, choice] of reply.choices.entries()) {
      const text = chunks
        .flatMap((chunk) => chunk.choices.filter((part) => part.index === index))
        .map((part) => part.delta.content ?? '');
      expect(text.join('')).toBe(choice.message.content);
    }
  });

  it('calls tools, also in parallel, with arguments that fit', async () => {
    const reply = await ask('please call two tools', { tools: [weather] });
    const calls = reply.choices[0]?.message.tool_calls ?? [];
    expect(reply.choices[0]?.finish_reason).toBe('tool_calls');
    expect(reply.choices[0]?.message.content).toBeNull();
    expect(new Set(calls.map((call) => call.id)).size).toBe(2);
    for (const call of calls) {
      const input = call.type === 'function' ? call.function.arguments : '';
      expect(JSON.parse(input)).toEqual({
        city: expect.any(String),
        unit: expect.stringMatching(/^[CF]$/),
      });
    }
    const stream = client.chat.completions.stream({
      model: 'gpt-5.4',
      messages: [{ role: 'user', content: 'please call two tools' }],
      tools: [weather],
    });
    const final = await stream.finalChatCompletion();
    const streamedCalls = final.choices[0]?.message.tool_calls;
    expect(streamedCalls).toEqual(calls.map((call) => expect.objectContaining({ id: call.id })));
    const after = await client.chat.completions.create({
      model: 'gpt-5.4',
      tools: [weather],
      messages: [
        { role: 'user', content: 'please call the tool' },
        { role: 'assistant', content: null, tool_calls: calls.slice(0, 1) },
        { role: 'tool', tool_call_id: calls[0]?.id ?? '', content: '21 C' },
      ],
    });
    expect(after.choices[0]?.finish_reason).toBe('stop');
  });

  it('answers in the JSON schema that is asked for, takes images, refuses on demand', async () => {
    const schema = {
      type: 'object',
      properties: { title: { type: 'string' }, pages: { type: 'integer', minimum: 1 } },
      required: ['title', 'pages'],
    };
    const structured = await ask('A book', {
      response_format: { type: 'json_schema', json_schema: { name: 'book', schema } },
    });
    expect(JSON.parse(structured.choices[0]?.message.content ?? '')).toEqual({
      title: expect.any(String),
      pages: expect.any(Number),
    });
    const url = `data:image/png;base64,${'A'.repeat(40_000)}`;
    const image = await client.chat.completions.create({
      model: 'gpt-5.4',
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
    });
    expect(image.usage?.prompt_tokens).toBe(765 + 3);
    const refused = await ask('[[refuse]]');
    expect(refused.choices[0]?.message).toMatchObject({
      content: null,
      refusal: expect.stringContaining("can't help"),
    });
  });

  it('counts reasoning inside the output', async () => {
    const reply = await ask('[[tokens=10]] Think', { reasoning_effort: 'high' });
    expect(reply.usage).toMatchObject({
      completion_tokens: 138,
      completion_tokens_details: { reasoning_tokens: 128 },
    });
  });

  it('reads a repeated long prefix from the cache in steps of 128, answering the same', async () => {
    const content = longText('chat cache', 3000);
    const first = await ask(content);
    const second = await ask(content);
    const total = first.usage?.prompt_tokens ?? 0;
    expect(first.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
    const cached = second.usage?.prompt_tokens_details?.cached_tokens;
    expect(cached).toBe(Math.floor(total / 128) * 128);
    expect(second.usage?.prompt_tokens).toBe(total);
    expect(second.choices[0]?.message.content).toBe(first.choices[0]?.message.content);
    expect(await sandbox.lastRequest()).toMatchObject({
      usage: { inputTokens: total - (cached ?? 0), cacheReadTokens: cached },
    });
  });

  it('lists each request with the id and the usage that its reply carried', async () => {
    const { data, request_id: requestId } = await ask('[[tokens=25]] List me', {
      reasoning_effort: 'low',
    }).withResponse();
    const listed = await sandbox.lastRequest();
    expect(listed).toMatchObject({
      requestId,
      provider: 'openai',
      region: null,
      model: 'gpt-5.4',
      path: '/openai/v1/chat/completions',
      streamed: false,
      status: 200,
      callerGone: false,
      deliveredOutputTokens: data.usage?.completion_tokens,
      usage: {
        inputTokens: data.usage?.prompt_tokens,
        cacheReadTokens: 0,
        outputTokens: data.usage?.completion_tokens,
        reasoningTokens: 32,
      },
    });
    expect(listed.headers.authorization).toBe('Bearer ****0001');
    expect(listed.body?.messages).toEqual([{ role: 'user', content: '[[tokens=25]] List me' }]);
  });

  it('refuses as OpenAI does', async () => {
    const wrongKey = client.withOptions({ apiKey: 'sk-wrong' });
    const error = (status: number, fields: object) =>
      expect.objectContaining({ status, ...fields });
    await expect(wrongKey.models.list()).rejects.toEqual(error(401, { code: 'invalid_api_key' }));
    await expect(ask('x', { model: 'gpt-9' })).rejects.toEqual(
      error(404, { code: 'model_not_found', type: 'invalid_request_error' }),
    );
    await expect(ask('x', { model: 'gpt-5.3-codex' })).rejects.toEqual(
      error(404, { param: 'model', message: expect.stringContaining('v1/responses') }),
    );
    await expect(ask('x', { max_tokens: 5 })).rejects.toEqual(
      error(400, { code: 'unsupported_parameter', param: 'max_tokens' }),
    );
    await expect(ask('x', { max_completion_tokens: 128_001 })).rejects.toEqual(
      error(400, { param: 'max_completion_tokens' }),
    );
    await expect(ask('x', { messages: [] })).rejects.toEqual(error(400, { param: 'messages' }));
    const broken = await sandbox.post(
      '/openai/v1/chat/completions',
      sandbox.config.SANDBOX_OPENAI_API_KEY,
      '{"model":',
    );
    expect(broken.status).toBe(400);
    expect((await sandbox.lastRequest()).usage).toBeNull();
  });

  it('lists its models', async () => {
    const models = await client.models.list();
    expect(models.data.map((model) => model.id)).toContain('gpt-5.3-codex-spark');
    expect(await client.models.retrieve('gpt-5.4')).toMatchObject({ owned_by: 'openai' });
  });
});
