import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { longText, TestSandbox } from '../../testing/test-sandbox.js';

type Params = Anthropic.MessageCreateParamsNonStreaming;

const weather: Anthropic.Tool = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

describe("Anthropic's messages", () => {
  let sandbox: TestSandbox;
  let client: Anthropic;

  beforeAll(async () => {
    sandbox = await TestSandbox.start();
    client = new Anthropic({
      baseURL: `${sandbox.url}/anthropic`,
      apiKey: sandbox.config.SANDBOX_ANTHROPIC_API_KEY,
      maxRetries: 0,
    });
  });
  beforeEach(() => sandbox.faults());
  afterAll(() => sandbox.close());

  const params = (content: string, extra: Partial<Params> = {}): Params => ({
    model: 'claude-sonnet-4-6',
    max_tokens: 2048,
    messages: [{ role: 'user', content }],
    ...extra,
  });
  const ask = (content: string, extra: Partial<Params> = {}) =>
    client.messages.create(params(content, extra));

  async function events(content: string, extra: Partial<Params> = {}) {
    const seen: Anthropic.MessageStreamEvent[] = [];
    const stream = await client.messages.create({ ...params(content, extra), stream: true });
    for await (const event of stream) seen.push(event);
    return seen;
  }

  it('gives the same answer and counts to the same prompt, streamed or not', async () => {
    const first = await ask('Tell me of gardens');
    const streamed = await client.messages.stream(params('Tell me of gardens')).finalMessage();
    expect(streamed.content).toMatchObject([
      { type: 'text', text: first.content[0]?.type === 'text' ? first.content[0].text : '' },
    ]);
    expect(streamed.usage.output_tokens).toBe(first.usage.output_tokens);
    expect(streamed.stop_reason).toBe('end_turn');
  });

  it('sends events in order, with a ping and cumulative usage', async () => {
    const raw = await sandbox.post(
      '/anthropic/v1/messages',
      sandbox.config.SANDBOX_ANTHROPIC_API_KEY,
      { ...params('[[tokens=6]]'), stream: true },
      { headers: { 'anthropic-version': '2023-06-01' } },
    );
    const lines = (await raw.text()).split('\n');
    const names = lines.flatMap((line) => (line.startsWith('event: ') ? line.slice(7) : []));
    expect(names).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    const seen = await events('[[tokens=6]]');
    const delta = seen.find((event) => event.type === 'message_delta');
    expect(delta?.usage).toMatchObject({ output_tokens: 6, cache_read_input_tokens: 0 });
    const start = seen.find((event) => event.type === 'message_start');
    expect(start?.message.usage.input_tokens).toBe(delta?.usage.input_tokens);
  });

  it('honours max_tokens and stop sequences', async () => {
    expect(await ask('[[tokens=50]]', { max_tokens: 9 })).toMatchObject({
      stop_reason: 'max_tokens',
      usage: { output_tokens: 9 },
    });
    expect(await ask('[[say=one HALT two]]', { stop_sequences: ['HALT'] })).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: 'HALT',
      content: [{ text: 'one ' }],
    });
  });

  it('thinks with a signature that it takes back only unchanged', async () => {
    const thinking = { type: 'enabled', budget_tokens: 1024 } as const;
    const message = await client.messages.stream(params('Think', { thinking })).finalMessage();
    const [thought, said] = message.content;
    if (thought?.type !== 'thinking' || said?.type !== 'text') throw new Error('no thinking');
    expect(message.usage.output_tokens).toBe(64 + 40);
    const history = (thinkingBlock: Anthropic.ThinkingBlock): Partial<Params> => ({
      messages: [
        { role: 'user', content: 'Think' },
        { role: 'assistant', content: [thinkingBlock, said] },
        { role: 'user', content: 'Go on' },
      ],
    });
    await expect(ask('', history(thought))).resolves.toMatchObject({ stop_reason: 'end_turn' });
    await expect(ask('', history({ ...thought, thinking: 'else' }))).rejects.toMatchObject({
      status: 400,
    });
  });

  it('calls a tool though system messages follow the last user message', async () => {
    const body = {
      ...params('[[input={"city":"[Oslo]"}]] use the get_weather tool'),
      tools: [weather],
    };
    body.messages.push({ role: 'system', content: 'Be brief.' });
    const message = await client.messages.create(body);
    expect(message.content).toMatchObject([{ type: 'tool_use', input: { city: '[Oslo]' } }]);
  });

  it('calls tools, also in parallel, also streamed', async () => {
    const tools = [weather];
    const message = await ask('call two tools', { tools });
    const calls = message.content.filter((block) => block.type === 'tool_use');
    expect(message.stop_reason).toBe('tool_use');
    expect(calls).toHaveLength(2);
    expect(calls[0]?.input).toEqual({ city: expect.any(String) });
    const streamed = await client.messages
      .stream(params('call two tools', { tools }))
      .finalMessage();
    const streamedCalls = streamed.content.filter((block) => block.type === 'tool_use');
    expect(streamedCalls.map((call) => call.input)).toEqual(calls.map((call) => call.input));
    const choice = { type: 'any', disable_parallel_tool_use: true } as const;
    expect((await ask('hello', { tools, tool_choice: choice })).content).toHaveLength(1);
  });

  it.each([
    { type: 'bash_20250124', name: 'bash' },
    { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' },
  ] as const)('calls $name, which the caller runs', async (tool) => {
    const { content } = await ask(`use the ${tool.name} tool`, { tools: [tool] });
    expect(content).toMatchObject([{ type: 'tool_use', name: tool.name }]);
  });

  it('writes the cache at breakpoints by lifetime, then reads it', async () => {
    const system: Anthropic.TextBlockParam[] = [
      {
        type: 'text',
        text: longText('long-lived', 2000),
        cache_control: { type: 'ephemeral', ttl: '1h' },
      },
      { type: 'text', text: longText('short-lived', 1500), cache_control: { type: 'ephemeral' } },
    ];
    const first = (await ask('[[tokens=10]] Hi', { system })).usage;
    const second = (await ask('[[tokens=10]] Hi', { system })).usage;
    expect(first.cache_read_input_tokens).toBe(0);
    expect(first.cache_creation?.ephemeral_1h_input_tokens).toBeGreaterThan(2000);
    expect(first.cache_creation?.ephemeral_5m_input_tokens).toBeGreaterThan(1500);
    expect(second).toMatchObject({
      input_tokens: first.input_tokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: first.cache_creation_input_tokens,
    });
    expect((await sandbox.lastRequest()).usage).toMatchObject({
      inputTokens: second.input_tokens,
      cacheReadTokens: second.cache_read_input_tokens,
      outputTokens: 10,
    });
  });

  it('counts tokens as it bills them', async () => {
    const content = 'How many tokens is this?';
    const counted = await client.messages.countTokens({
      model: 'claude-opus-4-6',
      messages: [{ role: 'user', content }],
    });
    const billed = await ask(content, { model: 'claude-opus-4-6' });
    expect(counted.input_tokens).toBe(billed.usage.input_tokens);
  });

  it('answers structured, takes images, refuses on demand', async () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    };
    const structured = await ask('x', {
      output_config: { format: { type: 'json_schema', schema } },
    });
    const text = structured.content[0]?.type === 'text' ? structured.content[0].text : '';
    expect(JSON.parse(text)).toEqual({ n: expect.any(Number) });
    const data = 'A'.repeat(20_000);
    const image = await ask('', {
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data } }],
        },
      ],
    });
    expect(image.usage.input_tokens).toBe(1568 + 3);
    expect((await ask('[[refuse]]')).stop_reason).toBe('refusal');
  });

  it('resolves short ids to its own names', async () => {
    expect((await ask('x', { model: 'claude-opus-4-5' })).model).toBe('claude-opus-4-5-20251101');
    expect((await ask('x', { model: 'claude-sonnet-4-0' })).model).toBe('claude-sonnet-4-20250514');
  });

  it('refuses as Anthropic does', async () => {
    const wrongKey = client.withOptions({ apiKey: 'sk-wrong' });
    const refusal = (status: number, type: string) => ({
      status,
      requestID: expect.stringMatching(/^req_/),
      error: { type: 'error', error: { type } },
    });
    await expect(wrongKey.models.list()).rejects.toMatchObject(
      refusal(401, 'authentication_error'),
    );
    await expect(ask('x', { model: 'claude-9' })).rejects.toMatchObject(
      refusal(404, 'not_found_error'),
    );
    const bad = refusal(400, 'invalid_request_error');
    await expect(events('x', { max_tokens: 64_001 })).rejects.toMatchObject(bad);
    const thinking = { type: 'enabled', budget_tokens: 2048 } as const;
    await expect(ask('x', { thinking })).rejects.toMatchObject(bad);
    await expect(ask('x', { messages: [] })).rejects.toMatchObject(bad);
  });

  it('wants a version that exists, and under the newest takes no sampling parameters', async () => {
    const body = { ...params('x'), temperature: 0.5 };
    const status = async (headers: Record<string, string>) => {
      const key = sandbox.config.SANDBOX_ANTHROPIC_API_KEY;
      const path = '/anthropic/v1/messages';
      return (await sandbox.post(path, key, body, { headers })).status;
    };
    expect(await status({})).toBe(400);
    expect(await status({ 'anthropic-version': '1999-01-01' })).toBe(400);
    expect(await status({ 'anthropic-version': '2026-10-21' })).toBe(400);
    expect(await status({ 'anthropic-version': '2023-06-01' })).toBe(200);
  });

  it('takes its key in x-api-key too', async () => {
    const status = async (key: string) => {
      const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
      return (await fetch(`${sandbox.url}/anthropic/v1/models`, { headers })).status;
    };
    expect(await status(sandbox.config.SANDBOX_ANTHROPIC_API_KEY)).toBe(200);
    expect(await status('sk-wrong')).toBe(401);
  });

  it('lists its models in pages', async () => {
    const page = await client.models.list({ limit: 2 });
    expect(page.data).toHaveLength(2);
    expect(page.has_more).toBe(true);
  });
});
