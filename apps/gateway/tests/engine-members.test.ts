import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerLike } from './testing/stub-replies.js';
import { TestGateway } from './testing/test-gateway.js';

const messages = [{ role: 'user', content: 'hi' }];

describe('members that servers of open models obey', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    for (const stub of [gateway.openai, gateway.east, gateway.west]) {
      stub.answer = answerLike({ words: ['ok'] });
    }
  });
  afterAll(() => gateway.stop());

  async function post(body: string | object, model = 'kimi-k2.5') {
    const { apiKey } = gateway.caller();
    const text = typeof body === 'string' ? body : JSON.stringify({ model, messages, ...body });
    const stubs = model === 'gpt-5.4' ? [gateway.openai] : [gateway.east, gateway.west];
    const before = stubs.map(({ received }) => received.length);
    const reply = await gateway.post(apiKey, text);
    const json = (await reply.json()) as { error?: { code: string; param: string } };
    const got = stubs.flatMap(({ received }, i) => received.slice(before[i]));
    const { status } = reply;
    return { status, json, got, ignored: reply.headers.get('x-modelbridge-ignored') };
  }

  it.each([
    { n_predict: 900 },
    { n_predict: -1 },
    { n_cmpl: 2 },
    { min_tokens: 500 },
    { ignore_eos: true },
    { echo: true },
    { truncate_prompt_tokens: 10 },
    { chat_template: '{{ messages }}' },
    { continue_final_message: true },
    { add_generation_prompt: false },
    { documents: [{ text: 'x' }] },
    { structured_outputs: { regex: '(a+)+' } },
    { vllm_xargs: { a: 1 } },
    { logits_processors: ['os.system'] },
    { chat_template_kwargs: { chat_template: 'x' } },
    { chat_template_kwargs: { messages: [] } },
    { chat_template_kwargs: { enable_thinking: { x: 1 } } },
    { chat_template_kwargs: 'x' },
  ])('refuses %j and names it', async (member) => {
    const { status, json, got } = await post(member);
    expect(status).toBe(400);
    expect(json.error?.param.split('.')[0]).toBe(Object.keys(member)[0]);
    expect(got).toEqual([]);
  });

  it('takes them where they say nothing', async () => {
    const { status, got, ignored } = await post({
      ignore_eos: false,
      min_tokens: 0,
      n_predict: null,
      add_generation_prompt: true,
    });
    expect(status).toBe(200);
    expect(Object.keys(got[0]!.json).sort()).toEqual(['messages', 'model']);
    expect(ignored).toBeNull();
  });

  it('refuses them spelled with escapes, and twice', async () => {
    const rest = `"model":"kimi-k2.5","messages":[{"role":"user","content":"hi"}]`;
    const escaped = await post(`{${rest},"n_\\u0070redict":900}`);
    expect(escaped.json.error?.param).toBe('n_predict');
    for (const name of ['top_k', 'stop_token_ids', 'chat_template_kwargs', 'n_predict']) {
      const { json } = await post(`{"${name}":null,${rest},"${name}":null}`);
      expect(json.error).toMatchObject({ code: 'duplicate_key', param: name });
    }
  });

  it('are passed on as they came where they are known to be safe', async () => {
    const sampling = {
      top_k: 4,
      min_p: 0.1,
      repetition_penalty: 1.1,
      stop_token_ids: [7],
      chat_template_kwargs: { thinking: false },
      logit_bias: { 7: 1 },
    };
    const { got, ignored } = await post(sampling);
    expect(got[0]!.json).toEqual({ model: 'upstream-kimi-k2.5', messages, ...sampling });
    expect(ignored).toBeNull();
  });

  it('are left out and named where they are not known, each time and wherever they stand', async () => {
    const text =
      '{"samplers":["x"] , "model":"kimi-k2.5","acme:x":{"a":[1]},' +
      `"messages":${JSON.stringify(messages)},` +
      '"samplers":"y","max_output_tokens":7, "n\\u0061me":1}';
    const { got, ignored } = await post(text);
    expect(got[0]!.json).toEqual({ model: 'upstream-kimi-k2.5', messages });
    expect(ignored).toBe('max_output_tokens, samplers, acme:x, samplers, name');
  });

  it('are left alone where a vendor judges them', async () => {
    const { got, ignored } = await post({ 'x-unknown': 1, top_k: 3 }, 'gpt-5.4');
    expect(got[0]!.json).toMatchObject({ 'x-unknown': 1, top_k: 3 });
    expect(ignored).toBeNull();
  });

  it.each(['auto', 'none', null])(
    'leave out a choice (%j) where there is no tool',
    async (choice) => {
      for (const tools of [{ tools: [] }, { tools: null }, {}]) {
        const { got } = await post({ ...tools, tool_choice: choice, parallel_tool_calls: true });
        expect(Object.keys(got[0]!.json).sort()).toEqual(['messages', 'model']);
      }
      const own = { tools: [{ type: 'function', function: { name: 'f' } }] };
      const { got } = await post({ ...own, tool_choice: choice, parallel_tool_calls: true });
      expect(got[0]!.json).toMatchObject({ tool_choice: choice, parallel_tool_calls: true });
    },
  );

  it('get functions in place of freeform tools, whose calls come back as they were declared', async () => {
    gateway.east.answer = gateway.west.answer = answerLike({ words: [], callsTool: true });
    const tools = [{ type: 'custom', custom: { name: 'look' } }];
    const { got, json } = await post({ tools, tool_choice: 'required' });
    expect(got[0]!.json).toMatchObject({
      tools: [{ type: 'function', function: { name: 'look' } }],
      tool_choice: 'required',
    });
    expect(json).toMatchObject({
      choices: [{ message: { tool_calls: [{ type: 'custom', custom: { name: 'look' } }] } }],
    });
  });

  it('get the tools that are allowed in place of a choice of several', async () => {
    const [f, g] = ['f', 'g'].map((name) => ({ type: 'function', function: { name } }));
    const allowed_tools = { mode: 'required', tools: [g] };
    const { got } = await post({
      tools: [f, g],
      tool_choice: { type: 'allowed_tools', allowed_tools },
    });
    expect(got[0]!.json).toMatchObject({
      tools: [{ function: { name: 'g' } }],
      tool_choice: 'required',
    });
    expect(got[0]!.json['tools']).toHaveLength(1);
  });
});
