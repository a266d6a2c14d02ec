import { describe, expect, test } from '@jest/globals';
import { blocksOf } from './blocks.js';
import { withChunk } from './chunk.js';
import { costOfReply, sumOf } from './cost.js';
import { openCalls, type Reply } from './entries.js';
import { messagesOf } from './messages.js';
import { modelOf } from '../../../catalog/testing/model.js';

const begun: Reply = {
  kind: 'reply',
  id: 1,
  modelId: 'echo',
  state: 'running',
  text: '',
  reasoning: '',
  calls: [],
  sentChars: 40,
  startedMs: 1_000,
};
const said = { kind: 'said', text: 'Hello', pictures: [] } as const;
const call = { id: 'c1', name: 'get_weather', args: '{"city":"Bern"}' };

const after = (chunks: readonly unknown[]) =>
  chunks.reduce<Reply>(
    (reply, chunk, index) => withChunk(reply, JSON.stringify(chunk), 2_000 + index),
    begun,
  );
const delta = (part: object) => ({ choices: [{ index: 0, delta: part }] });

describe('a reply that comes bit by bit', () => {
  test('is text and reasoning in their order, and knows when the first of them came', () => {
    const reply = after([
      delta({ role: 'assistant', content: '' }),
      delta({ reasoning_content: 'Hm. ' }),
      delta({ content: 'Good ' }),
      delta({ content: 'day.' }),
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ]);
    expect(reply).toMatchObject({ text: 'Good day.', reasoning: 'Hm. ', finish: 'stop' });
    expect(reply.firstMs).toBe(2_001);
  });

  test('puts together calls whose pieces are mixed', () => {
    const piece = (index: number, id: string | undefined, name: string, args: string) =>
      delta({ tool_calls: [{ index, id, function: { name, arguments: args } }] });
    const reply = after([
      piece(0, 'a', 'first', '{"x"'),
      piece(1, 'b', 'second', '{}'),
      piece(0, undefined, '', ':1}'),
    ]);
    expect(reply.calls).toEqual([
      { id: 'a', name: 'first', args: '{"x":1}' },
      { id: 'b', name: 'second', args: '{}' },
    ]);
  });

  test('counts each token of the input in one class', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 7,
      prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 20 },
    };
    expect(after([{ choices: [], usage }]).usage).toEqual({
      input: 50,
      cacheRead: 30,
      cacheWrite: 20,
      output: 7,
    });
  });

  test('keeps what came before an error, and passes over what it does not know', () => {
    const reply = after([
      delta({ content: 'Half' }),
      { error: { message: 'It broke.', code: 'upstream_error' } },
      { choices: 'many' },
    ]);
    expect(reply).toMatchObject({
      text: 'Half',
      failure: { code: 'upstream_error', message: 'It broke.' },
    });
    expect(withChunk(reply, 'no JSON', 3_000)).toBe(reply);
  });
});

describe('what is sent', () => {
  test('has the system prompt, pictures beside their text, calls and their results', () => {
    const dataUrl = 'data:image/png;base64,AA==';
    const messages = messagesOf('Be brief.', [
      { kind: 'said', text: 'What is this?', pictures: [{ name: 'a.png', dataUrl }] },
      { ...begun, state: 'done', calls: [call] },
      { kind: 'result', call, text: '7 degrees' },
      { ...begun, state: 'done', text: 'Cold.' },
    ]);
    expect(messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: dataUrl } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'get_weather', arguments: call.args } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: '7 degrees' },
      { role: 'assistant', content: 'Cold.' },
    ]);
  });

  test('leaves out replies of which nothing came, and calls that were cut off', () => {
    const stopped: Reply = { ...begun, state: 'stopped', text: 'Half', calls: [call] };
    expect(messagesOf(' ', [said, { ...begun, state: 'failed' }, said, stopped])).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Half' },
    ]);
  });

  test('waits for the results of calls, and only of a whole reply', () => {
    expect(openCalls([said, { ...begun, state: 'done', calls: [call] }])).toEqual([call]);
    expect(openCalls([said, { ...begun, state: 'stopped', calls: [call] }])).toEqual([]);
    expect(
      openCalls([
        { ...begun, state: 'done', calls: [call] },
        { kind: 'result', call, text: '' },
      ]),
    ).toEqual([]);
  });
});

describe('what a reply costs', () => {
  const models = [modelOf('echo', { input_pico_usd: '1000000', output_pico_usd: '3000000' })];
  const usage = { input: 10, cacheRead: 0, cacheWrite: 0, output: 20 };

  test('is guessed while it runs, and exact when the API has told the tokens', () => {
    const running: Reply = { ...begun, text: 'x'.repeat(80), firstMs: 1_500 };
    expect(costOfReply(running, models)).toEqual({ nanoUsd: 70_000n, isGuess: true });
    expect(costOfReply({ ...running, state: 'done', usage }, models)).toEqual({
      nanoUsd: 70_000n,
      isGuess: false,
    });
  });

  test('is not known for a model without a price, and nothing before the first token', () => {
    expect(costOfReply({ ...begun, state: 'done', usage }, [])).toBeUndefined();
    expect(costOfReply(begun, models)).toBeUndefined();
  });

  test('is summed, and a guess where one of them is', () => {
    const exact = { nanoUsd: 2n, isGuess: false };
    expect(sumOf([exact, undefined, exact])).toEqual({ nanoUsd: 4n, isGuess: false });
    expect(sumOf([exact, { nanoUsd: 1n, isGuess: true }])).toEqual({ nanoUsd: 3n, isGuess: true });
  });
});

describe('a text', () => {
  test('is cut at its fenced blocks, also at one that is still being written', () => {
    expect(blocksOf('See:\n\n```ts\nconst a = 1;\n```\nand\n~~~\nraw `x`')).toEqual([
      { kind: 'text', text: 'See:', language: '' },
      { kind: 'code', text: 'const a = 1;', language: 'ts' },
      { kind: 'text', text: 'and', language: '' },
      { kind: 'code', text: 'raw `x`', language: '' },
    ]);
  });

  test('keeps a shorter fence within a longer one, and inline code as it is', () => {
    expect(blocksOf('````md\n```\nx\n```\n````')).toEqual([
      { kind: 'code', text: '```\nx\n```', language: 'md' },
    ]);
    expect(blocksOf('a ```b``` c')).toEqual([{ kind: 'text', text: 'a ```b``` c', language: '' }]);
    expect(blocksOf('')).toEqual([]);
  });
});
