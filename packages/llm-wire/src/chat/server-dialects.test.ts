import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { StreamTranslator } from '../sse/stream-translator.js';
import { replyContext } from '../testing/contexts.js';
import { KIMI, translate } from '../testing/translations.js';
import { translateReply } from '../translate.js';
import type { WireFormat } from '../wire-format.js';

const usage = { prompt_tokens: 3, completion_tokens: 4 };
const body = (choice: object, id = 'chatcmpl-1'): object => ({
  id,
  choices: [{ index: 0, ...choice }],
  usage,
});

function stream(to: WireFormat, choices: object[], id?: string): string {
  const translator = new StreamTranslator({ from: 'chat', to, context: replyContext() });
  const chunks = choices.map((choice) => `data: ${JSON.stringify(body(choice, id))}\n\n`);
  return translator.push(Buffer.from(`${chunks.join('')}data: [DONE]\n\n`)).toString();
}

function whole(to: WireFormat, choice: object): JsonObject {
  const reply = translateReply({
    from: 'chat',
    to,
    body: Buffer.from(JSON.stringify(body(choice))),
    context: replyContext(),
  });
  return JSON.parse(reply.body.toString()) as JsonObject;
}

const callDelta = (index: number | undefined, id: string | undefined, name: string): object => ({
  delta: { tool_calls: [{ index, id, function: { name, arguments: '{"x":1}' } }] },
  finish_reason: null,
});
const ended = { delta: {}, finish_reason: 'tool_calls' };

describe('ids of tool calls', () => {
  const idsIn = (text: string): string[] =>
    [...text.matchAll(/"tool_use","id":"([^"]+)"/g)].map((match) => match[1]!);

  it.each([
    ['one id twice', [callDelta(0, 'call_X', 'f'), callDelta(1, 'call_X', 'g')]],
    ['no ids', [callDelta(0, undefined, 'f'), callDelta(1, undefined, 'g')]],
    ['empty ids', [callDelta(0, '', 'f'), callDelta(1, '', 'g')]],
    ['no ids, all at one place', [callDelta(0, undefined, 'f'), callDelta(0, undefined, 'g')]],
    [
      'no ids and no places',
      [callDelta(undefined, undefined, 'f'), callDelta(undefined, undefined, 'g')],
    ],
  ])('are unique in a reply and from one to the next: %s', (_, calls) => {
    const first = idsIn(stream('messages', [...calls, ended], 'chatcmpl-1'));
    const second = idsIn(stream('messages', [...calls, ended], 'chatcmpl-2'));
    const made = [...first, ...second].filter((id) => id !== 'call_X');
    expect(first).toHaveLength(2);
    expect(new Set(first).size).toBe(2);
    expect(new Set(made).size).toBe(made.length);
    // OpenAI takes no longer ones back.
    for (const id of made) expect(id).toMatch(/^[\w-]{1,64}$/);
  });

  it('are unique in a whole reply, and those of the upstream stay', () => {
    const call = (id?: string) => ({
      id,
      type: 'function',
      function: { name: 'f', arguments: '{}' },
    });
    const message = { content: null, tool_calls: [call('a'), call('b'), call('a'), call()] };
    const { output } = whole('responses', { message, finish_reason: 'tool_calls' });
    const ids = (output as JsonObject[]).map((item) => item['call_id']);
    expect(ids.slice(0, 2)).toEqual(['a', 'b']);
    expect(new Set(ids).size).toBe(4);
  });
});

describe('log probabilities', () => {
  const token = (text: string) => ({ token: text, logprob: -1, bytes: null, top_logprobs: [] });
  const probes = (...texts: string[]) => ({ content: texts.map(token) });

  it('that come with reasoning open no text', () => {
    const text = stream('responses', [
      { delta: { reasoning_content: 'Th' }, logprobs: probes('Th'), finish_reason: null },
      { delta: { reasoning_content: 'ink' }, logprobs: probes('ink'), finish_reason: null },
      { delta: {}, logprobs: probes('</think>'), finish_reason: null },
      { delta: { content: 'ok' }, logprobs: probes('ok'), finish_reason: null },
      { delta: {}, finish_reason: 'stop' },
    ]);
    expect(text.match(/event: response\.output_item\.added/g)).toHaveLength(2);
    expect(text).not.toContain('"token":"Th"');
    expect(text).toContain('"token":"ok"');
  });

  it('of a whole reply are those of its own text', () => {
    const message = { reasoning_content: 'ok', content: 'ok, then' };
    const logprobs = probes('ok', '</think>', 'ok', ', then');
    const { choices } = whole('chat', { message, logprobs, finish_reason: 'stop' });
    expect(choices).toMatchObject([
      { logprobs: { content: [{ token: 'ok' }, { token: ', then' }] } },
    ]);
    const thought = { reasoning_content: 'ok', content: '' };
    const { output } = whole('responses', { message: thought, logprobs, finish_reason: 'length' });
    expect(output).toMatchObject([{ type: 'reasoning' }]);
  });
});

describe('vLLM’s stop_reason', () => {
  it.each([
    ['END', 'stop_sequence', 'END'],
    [128_001, 'end_turn', null],
    [null, 'end_turn', null],
  ])('%j becomes %s', (stop_reason, expected, stop_sequence) => {
    const told = { stop_reason: expected, stop_sequence };
    const message = { content: 'one two' };
    expect(whole('messages', { message, finish_reason: 'stop', stop_reason })).toMatchObject(told);
    const text = stream('messages', [
      { delta: { content: 'one two' }, finish_reason: null },
      { delta: {}, finish_reason: 'stop', stop_reason },
    ]);
    expect(text).toContain(
      `"stop_reason":"${expected}","stop_sequence":${JSON.stringify(stop_sequence)}`,
    );
  });
});

describe('a tool call that the cap cut', () => {
  it.each(['{"a_long":"val', ''])('has no input (%j), where it is whole', (args) => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: args } };
    const message = { content: null, tool_calls: [call] };
    const { content } = whole('messages', { message, finish_reason: 'length' });
    expect(content).toMatchObject([{ type: 'tool_use', input: {} }]);
    expect((content as JsonObject[])[0]!['input']).toEqual({});
  });
});

describe('a message of another vendor’s', () => {
  it('has the members that Anthropic’s types require', () => {
    const message = whole('messages', { message: { content: 'ok' }, finish_reason: 'stop' });
    expect(message).toMatchObject({
      container: null,
      stop_details: null,
      content: [{ type: 'text', text: 'ok' }],
      usage: { service_tier: null, inference_geo: null, server_tool_use: null },
    });
  });
});

describe('a reply whose beginning the caller gave', () => {
  const messages = [
    { role: 'user', content: 'x' },
    { role: 'assistant', content: 'The answer' },
  ];
  const textOf = (content: string, asked: object[]): unknown => {
    const { context } = translate('messages', { max_tokens: 9, messages: asked }, KIMI);
    const reply = { choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }] };
    const body = Buffer.from(JSON.stringify(reply));
    const whole = translateReply({ from: 'chat', to: 'messages', body, context });
    return (JSON.parse(whole.body.toString()) as { content: unknown }).content;
  };

  it.each([
    ['The answer is 4', messages, ' is 4'],
    [' is 4', messages, ' is 4'],
    ['The answer is 4', messages.slice(0, 1), 'The answer is 4'],
  ])('%j goes on behind it', (content, asked, text) => {
    expect(textOf(content, asked)).toEqual([expect.objectContaining({ type: 'text', text })]);
  });
});
