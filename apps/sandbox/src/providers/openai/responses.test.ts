import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { longText, TestSandbox } from '../../testing/test-sandbox.js';

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;
type StreamEvent = OpenAI.Responses.ResponseStreamEvent;

const lookUp: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'look_up',
  strict: true,
  parameters: {
    type: 'object',
    properties: { id: { type: 'integer' } },
    required: ['id'],
    additionalProperties: false,
  },
};

describe("OpenAI's responses", () => {
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

  const ask = (input: Params['input'], extra: Partial<Params> = {}) =>
    client.responses.create({ model: 'gpt-5.3-codex', input, ...extra });

  async function events(
    input: Params['input'],
    extra: Partial<Params> = {},
  ): Promise<StreamEvent[]> {
    const params = { model: 'gpt-5.3-codex', input, ...extra, stream: true } as const;
    const seen: StreamEvent[] = [];
    for await (const event of await client.responses.create(params)) seen.push(event);
    return seen;
  }

  it("sends a text's events in order, numbered without a gap", async () => {
    const seen = await events('[[tokens=6]]', { reasoning: { effort: 'none' } });
    expect(seen.map((event) => event.type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(seen.map((event) => event.sequence_number)).toEqual([...seen.keys()]);
  });

  it('says inside a stream what went wrong, and then that the response has failed', async () => {
    const error = { status: 500, type: 'server_error', message: 'broken inside' };
    await sandbox.faults({ error, errorAfterChunks: 5 });
    const key = sandbox.config.SANDBOX_OPENAI_API_KEY;
    const body = { model: 'gpt-5.3-codex', input: '[[tokens=60]]', stream: true };
    const reply = await sandbox.post('/openai/v1/responses', key, body);
    const seen = (await reply.text())
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => JSON.parse(line.slice('data: '.length)) as StreamEvent);
    expect(seen.map((event) => event.sequence_number)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(seen.slice(-2)).toMatchObject([
      { type: 'error', error: { code: 'server_error', message: 'broken inside', param: null } },
      {
        type: 'response.failed',
        response: {
          id: expect.stringMatching(/^resp_/) as unknown,
          status: 'failed',
          error: { code: 'server_error', message: 'broken inside' },
        },
      },
    ]);
    await expect(events('[[tokens=60]]')).rejects.toBeInstanceOf(OpenAI.APIError);
  });

  it('ends a stream with the response that the same request gets unstreamed', async () => {
    const whole = await ask('Tell me of harbors');
    const seen = await events('Tell me of harbors');
    const last = seen.at(-1);
    const finished = last?.type === 'response.completed' ? last.response : undefined;
    const text = seen.map((event) =>
      event.type === 'response.output_text.delta' ? event.delta : '',
    );
    expect(text.join('')).toBe(whole.output_text);
    expect(finished?.usage).toEqual(whole.usage);
    expect(finished?.output.map((item) => item.type)).toEqual(['reasoning', 'message']);
  });

  it('reasons by default on a Codex model and counts it inside the output', async () => {
    const reply = await ask('[[tokens=10]]');
    expect(reply.usage).toMatchObject({
      output_tokens: 74,
      output_tokens_details: { reasoning_tokens: 64 },
    });
    const plain = await client.responses.create({ model: 'gpt-5.4', input: '[[tokens=10]]' });
    expect(plain.usage?.output_tokens).toBe(10);
  });

  it('shows reasoning summaries and encrypted reasoning when asked, and takes back only its own', async () => {
    const seen = await events('Think hard', {
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    });
    expect(seen.map((event) => event.type)).toEqual(
      expect.arrayContaining([
        'response.reasoning_summary_part.added',
        'response.reasoning_summary_text.delta',
        'response.reasoning_summary_text.done',
        'response.reasoning_summary_part.done',
      ]),
    );
    const last = seen.at(-1);
    const item = last?.type === 'response.completed' ? last.response.output[0] : undefined;
    if (item?.type !== 'reasoning') throw new Error('no reasoning item');
    const next = { role: 'user', content: 'Go on' } as const;
    await expect(ask([item, next])).resolves.toMatchObject({ status: 'completed' });
    const forged = { ...item, encrypted_content: `${item.encrypted_content}x` };
    await expect(ask([forged, next])).rejects.toMatchObject({
      status: 400,
      code: 'invalid_encrypted_content',
    });
  });

  it('is incomplete at the cap and refuses a cap below 16', async () => {
    const options = { reasoning: { effort: 'none' }, max_output_tokens: 16 } as const;
    expect(await ask('[[tokens=50]]', options)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { output_tokens: 16 },
    });
    const seen = await events('[[tokens=50]]', options);
    expect(seen.at(-1)?.type).toBe('response.incomplete');
    await expect(ask('x', { max_output_tokens: 15 })).rejects.toMatchObject({
      status: 400,
      code: 'integer_below_min_value',
      param: 'max_output_tokens',
    });
  });

  it('calls functions and freeform tools, streamed alike', async () => {
    const reply = await ask('call two tools', {
      tools: [lookUp, { type: 'custom', name: 'apply_patch' }],
    });
    const calls = reply.output.filter((item) => item.type !== 'reasoning');
    expect(calls.map((item) => item.type)).toEqual(['function_call', 'custom_tool_call']);
    const [first] = calls;
    expect(JSON.parse(first?.type === 'function_call' ? first.arguments : '')).toEqual({
      id: expect.any(Number),
    });
    const seen = await events('call two tools', {
      tools: [lookUp, { type: 'custom', name: 'apply_patch' }],
    });
    const deltas = (type: string) =>
      seen.map((event) => (event.type === type && 'delta' in event ? event.delta : '')).join('');
    expect(deltas('response.function_call_arguments.delta')).toBe(
      first?.type === 'function_call' ? first.arguments : '',
    );
    const custom = calls[1]?.type === 'custom_tool_call' ? calls[1].input : '';
    expect(deltas('response.custom_tool_call_input.delta')).toBe(custom);
  });

  it.each([
    ['shell', { type: 'shell', environment: { type: 'local' } }, { type: 'shell_call' }],
    ['local_shell', { type: 'local_shell' }, { type: 'local_shell_call' }],
    ['apply_patch', { type: 'apply_patch' }, { type: 'apply_patch_call' }],
    [
      'look_up',
      { type: 'namespace', name: 'crm', description: 'd', tools: [lookUp] },
      { type: 'function_call', name: 'look_up', namespace: 'crm' },
    ],
  ])('calls %s, which the caller runs, streamed alike', async (name, tool, called) => {
    const extra = { tools: [tool], reasoning: { effort: 'none' } } as Partial<Params>;
    const { output } = await ask(`use the ${name} tool`, extra);
    expect(output).toMatchObject([{ ...called, status: 'completed' }]);
    const seen = await events(`use the ${name} tool`, extra);
    const last = seen.at(-1);
    const { id: _, ...call } = output[0]!;
    expect(last?.type === 'response.completed' && last.response.output).toMatchObject([call]);
  });

  it('answers structured, refuses on demand, reads the cache', async () => {
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
    const structured = await ask('x', {
      text: { format: { type: 'json_schema', name: 'flag', schema } },
    });
    expect(JSON.parse(structured.output_text)).toEqual({ ok: expect.any(Boolean) });
    const seen = await events('[[refuse]]');
    expect(seen.map((event) => event.type)).toContain('response.refusal.done');
    const input = longText('responses cache', 2000);
    await ask(input);
    const again = await ask(input);
    expect(again.usage?.input_tokens_details.cached_tokens).toBeGreaterThanOrEqual(1024);
  });

  it('fills up what the request leaves out', async () => {
    const tool = { type: 'function', name: 'f', parameters: null } as const;
    const tools = [tool] as unknown as Params['tools'];
    const reply = await ask('x', { tools });
    expect(reply).toMatchObject({ presence_penalty: 0, frequency_penalty: 0 });
    expect(reply.completed_at).toBeGreaterThan(0);
    expect(reply.tools).toEqual([{ ...tool, strict: true, description: null }]);
    const [created] = await events('x');
    expect(created).toMatchObject({ response: { completed_at: null } });
  });

  it('calls only a tool that is allowed', async () => {
    const other = { ...lookUp, name: 'other' };
    const reply = await ask('use the look_up tool', {
      tools: [lookUp, other],
      tool_choice: {
        type: 'allowed_tools',
        mode: 'required',
        tools: [{ type: 'function', name: 'other' }],
      },
    });
    expect(reply.output.at(-1)).toMatchObject({ type: 'function_call', name: 'other' });
  });

  it('compacts at a trigger, whole and streamed, and reads its own compaction', async () => {
    const trigger = { type: 'compaction_trigger' } as unknown as OpenAI.Responses.ResponseInputItem;
    const said = { role: 'user', content: 'Remember the harbor' } as const;
    const { output, usage } = await ask([said, trigger]);
    expect(output).toEqual([
      {
        id: expect.stringMatching(/^cmp_/),
        type: 'compaction',
        encrypted_content: expect.any(String),
      },
    ]);
    expect(usage).toMatchObject({ output_tokens: 64 });
    const types = (await events([said, trigger])).map((event) => event.type);
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ]);
    const next = [...output, said] as OpenAI.Responses.ResponseInputItem[];
    await expect(ask(next)).resolves.toMatchObject({ status: 'completed' });
    await expect(ask([trigger, said])).rejects.toMatchObject({ status: 400, param: 'input[0]' });
  });

  it('counts and compacts a conversation on routes of their own', async () => {
    const key = sandbox.config.SANDBOX_OPENAI_API_KEY;
    const body = { model: 'gpt-5.4', input: 'Remember the river', instructions: 'Be brief.' };
    const post = async (route: string, sent: object): Promise<unknown> =>
      (await sandbox.post(`/openai/v1/responses/${route}`, key, sent)).json();
    const whole = await client.responses.create(body);
    expect(await post('input_tokens', body)).toEqual({
      object: 'response.input_tokens',
      input_tokens: whole.usage?.input_tokens,
    });
    expect(await post('compact', body)).toMatchObject({
      object: 'response.compaction',
      output: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: body.input }] },
        { type: 'compaction' },
      ],
      usage: { input_tokens: whole.usage?.input_tokens, output_tokens: 64 },
    });
    expect(await post('compact', { input: 'x' })).toMatchObject({
      error: { message: 'you must provide a model parameter' },
    });
  });

  it('keeps no state to refer to', async () => {
    await expect(ask('x', { previous_response_id: 'resp_1' })).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
    });
  });
});
