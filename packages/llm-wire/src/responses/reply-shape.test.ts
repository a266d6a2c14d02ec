import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { KIMI, translate } from '../testing/translations.js';
import { translateReply } from '../translate.js';
import { StreamTranslator } from '../sse/stream-translator.js';

const request = {
  input: 'hi',
  tools: [
    { type: 'function', name: 'f', parameters: { type: 'object' } },
    { type: 'function', name: 'g', strict: true, description: 'd' },
  ],
  tool_choice: { type: 'allowed_tools', tools: [{ type: 'function', name: 'f' }] },
  text: { verbosity: 'low' },
  reasoning: { effort: 'low' },
  frequency_penalty: 0.5,
};

const usage = { prompt_tokens: 3, completion_tokens: 4 };
const call = {
  index: 0,
  id: 'call_1',
  type: 'function',
  function: { name: 'f', arguments: '{"a' },
};

function chat(choice: object): object {
  return { id: 'c1', created: 5, choices: [{ index: 0, ...choice }], usage };
}

function whole(message: object, finish_reason: string): JsonObject {
  const { context } = translate('responses', request, KIMI);
  const body = Buffer.from(JSON.stringify(chat({ message, finish_reason })));
  const reply = translateReply({ from: 'chat', to: 'responses', body, context });
  return JSON.parse(reply.body.toString()) as JsonObject;
}

/** The events of a stream, and what follows the last of them. */
function streamed(deltas: object[], finish_reason: string): { events: JsonObject[]; rest: string } {
  const { context } = translate('responses', request, KIMI);
  const translator = new StreamTranslator({ from: 'chat', to: 'responses', context });
  const chunks = [
    ...deltas.map((delta) => chat({ delta, finish_reason: null })),
    chat({ delta: {}, finish_reason }),
  ];
  const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
  const frames = translator
    .push(Buffer.from(`${text}data: [DONE]\n\n`))
    .toString()
    .split('\n\n');
  const data = frames.flatMap((frame) => /^data: (\{.*\})$/m.exec(frame)?.[1] ?? []);
  return {
    events: data.map((json) => JSON.parse(json) as JsonObject),
    rest: frames.slice(data.length).join('\n\n'),
  };
}

describe('a response', () => {
  it('has every member that OpenAI and Open Responses require, in each of its states', () => {
    const { events, rest } = streamed([{ content: 'ok' }], 'stop');
    const responses = events.map(({ response }) => response as JsonObject).filter(Boolean);
    expect(responses.map(({ status }) => status)).toEqual([
      'in_progress',
      'in_progress',
      'completed',
    ]);
    for (const response of [...responses, whole({ content: 'ok' }, 'stop')]) {
      const completed = response['status'] === 'completed';
      expect(response).toMatchObject({
        created_at: 5,
        completed_at: completed ? 5 : null,
        presence_penalty: 0,
        frequency_penalty: 0.5,
        text: { format: { type: 'text' }, verbosity: 'low' },
        reasoning: { effort: 'low', summary: null },
        tool_choice: { type: 'allowed_tools', mode: 'auto' },
        tools: [
          { name: 'f', strict: null, description: null, parameters: { type: 'object' } },
          { name: 'g', strict: true, description: 'd', parameters: null },
        ],
        prompt_cache_key: null,
        safety_identifier: null,
      });
      if (!completed) continue;
      expect(response['usage']).toMatchObject({
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      });
    }
    expect(rest).toBe('data: [DONE]\n\n');
  });

  it.each(['length', 'content_filter'])(
    'is incomplete in the item where it was cut (%s)',
    (reason) => {
      const message = { content: 'Let me', tool_calls: [call] };
      const statuses = ['completed', 'incomplete'];
      const reply = whole(message, reason);
      expect(reply).toMatchObject({ status: 'incomplete', completed_at: null });
      expect((reply['output'] as JsonObject[]).map(({ status }) => status)).toEqual(statuses);
      const { events } = streamed([{ content: 'Let me' }, { tool_calls: [call] }], reason);
      const done = events.filter(({ type }) => type === 'response.output_item.done');
      expect(done.map(({ item }) => (item as JsonObject)['status'])).toEqual(statuses);
      expect((events.at(-1)!['response'] as JsonObject)['output']).toEqual(
        done.map(({ item }) => item),
      );
    },
  );

  it('has a status and an id in each item, and no seal where there is none', () => {
    const [reasoning, message] = whole({ reasoning: 'hm', content: 'ok' }, 'stop')[
      'output'
    ] as JsonObject[];
    expect(reasoning).toEqual({
      id: expect.any(String),
      type: 'reasoning',
      status: 'completed',
      summary: [{ type: 'summary_text', text: 'hm' }],
    });
    expect(message).toMatchObject({ id: expect.any(String), status: 'completed' });
  });

  it('fails with a code of OpenAI’s list, and says ours beside it', () => {
    for (const [code, expected] of [
      [500, 'server_error'],
      [429, 'rate_limit_exceeded'],
      ['context_length_exceeded', 'context_length_exceeded'],
    ]) {
      const { context } = translate('responses', request, KIMI);
      const translator = new StreamTranslator({ from: 'chat', to: 'responses', context });
      const error = { error: { message: 'no', type: 'x', code } };
      const out = translator.push(Buffer.from(`data: ${JSON.stringify(error)}\n\n`)).toString();
      expect(out).toContain(`"error":{"code":"${expected}","message":"no"}`);
    }
    const { context } = translate('responses', request, KIMI);
    const cut = new StreamTranslator({ from: 'chat', to: 'responses', context });
    const out = cut.end().toString();
    expect(out).toContain('"error":{"code":"server_error"');
    expect(out).toContain('"code":"upstream_stream_cut"');
    expect(out.endsWith('data: [DONE]\n\n')).toBe(true);
  });
});
