import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { answerLike } from './testing/stub-replies.js';
import type { ReceivedRequest, StubUpstream } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const models = ['claude-sonnet-4-6', 'gpt-5.4', 'kimi-k2.5'];
const turns = [{ role: 'user' as const, content: 'hi' }];

interface ErrorReply {
  error: { message: string; code?: string; param?: string; details?: object };
}

describe('what names state that is held at a provider', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  function stubs(): StubUpstream[] {
    return [gateway.openai, gateway.anthropic, gateway.east, gateway.west];
  }

  function callsOf(model: string): ReceivedRequest[] {
    const name = `upstream-${model}`;
    return stubs().flatMap(({ received }) => received.filter(({ json }) => json['model'] === name));
  }

  function body(path: string, model: string): object {
    if (path.endsWith('responses')) return { model, input: 'hi' };
    return { model, messages: turns, max_tokens: 64 };
  }

  async function refusal(path: string, model: string, more: object): Promise<ErrorReply> {
    const { apiKey } = gateway.caller();
    const sent = JSON.stringify({ ...body(path, model), ...more });
    const reply = await gateway.post(apiKey, sent, {}, path);
    expect(reply.status).toBe(400);
    return (await reply.json()) as ErrorReply;
  }

  const paths = ['/v1/chat/completions', '/v1/responses', '/v1/messages'];
  const asked = paths.flatMap((path) => models.map((model) => [path, model] as const));

  it.each(asked)('is refused on %s for %s in words by which clients go on', async (path, model) => {
    for (const thread of [
      { type: 'create' },
      { type: 'continue', previous_message_id: 'msg_1' },
      'new',
    ]) {
      const { error } = await refusal(path, model, { thread });
      expect(error.details).toEqual({
        error_code: 'thread_unsupported_request',
        unsupported: ['thread'],
      });
    }
    const { error } = await refusal(path, model, { previous_response_id: 'resp_1' });
    expect(error.code).toBe('previous_response_not_found');
    if (path !== '/v1/messages') expect(error.param).toBe('previous_response_id');
    for (const name of ['conversation', 'container', 'fallback_credit_token', 'prompt']) {
      expect((await refusal(path, model, { [name]: 'x_1' })).error.message).toContain(name);
    }
  });

  it.each(models)(
    'does not lose the history of Anthropic’s tool runner, which counts on it: %s',
    async (model) => {
      let answered = 0;
      for (const stub of stubs()) {
        stub.answer = (res, request) =>
          answerLike({ words: ['Wait.'], callsTool: answered++ === 0 })(res, request);
      }
      const look = betaTool({
        name: 'look',
        description: 'Looks',
        inputSchema: { type: 'object', properties: { at: { type: 'string' } } },
        run: ({ at }) => `seen ${at}`,
      });
      const { anthropic } = gateway.caller();
      const runner = anthropic.beta.messages.toolRunner({
        model,
        max_tokens: 64,
        system: 'Be brief.',
        messages: [{ role: 'user', content: 'Look at x.' }],
        tools: [look],
      });
      const last = await runner.runUntilDone();
      expect(last.content).toMatchObject([{ type: 'text', text: 'Wait.' }]);
      const [first, second, ...more] = callsOf(model).slice(-2);
      expect(more).toEqual([]);
      for (const call of [first!, second!]) {
        expect(call.body).toContain('Be brief.');
        expect(call.body).toContain('Look at x.');
        expect(call.body).toContain('"look"');
        expect(call.body).not.toContain('thread');
      }
      expect(second!.body).toContain('seen x');
    },
  );
});
