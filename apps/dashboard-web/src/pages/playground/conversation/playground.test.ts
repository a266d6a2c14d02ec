import { beforeEach, describe, expect, test } from '@jest/globals';
import { ApiError } from '../../../api/api-error.js';
import { modelOf } from '../../../catalog/testing/model.js';
import type { Reply } from './entries.js';
import { Playground, type ChatBody, type Column } from './playground.js';

const prices = { input_pico_usd: '1000000', output_pico_usd: '3000000' };
const models = [
  modelOf('echo', prices, { takes_sampling: true }),
  modelOf('codex', prices, { takes_sampling: false, efforts: ['low', 'high'] }),
];
const USAGE = { choices: [], usage: { prompt_tokens: 10, completion_tokens: 20 } };

const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
const text = (content: string) => event({ choices: [{ index: 0, delta: { content } }] });
const END = event(USAGE) + 'data: [DONE]\n\n';

interface Asked {
  readonly body: ChatBody;
  readonly signal: AbortSignal;
}

/** A server that answers with these events; `undefined`: with nothing more, until it is aborted. */
function playgroundWith(...answers: (readonly (string | undefined)[] | Error)[]) {
  const asked: Asked[] = [];
  const playground = new Playground((body, signal) => {
    asked.push({ body, signal });
    const answer = answers.shift() ?? [text('Hi'), END];
    if (answer instanceof Error) return Promise.reject(answer);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        signal.addEventListener('abort', () => controller.error(signal.reason));
        for (const part of answer) {
          if (part === undefined) return;
          controller.enqueue(new TextEncoder().encode(part));
        }
        controller.close();
      },
    });
    return Promise.resolve(new Response(stream, { headers: { 'x-request-id': 'req_1' } }));
  });
  playground.know(models);
  return { playground, asked };
}

/** The columns as soon as they are so. */
function until(
  playground: Playground,
  isSo: (columns: readonly Column[]) => boolean,
): Promise<readonly Column[]> {
  return new Promise((resolve) => {
    const look = () => {
      const { columns } = playground.snapshot();
      if (isSo(columns)) resolve(columns);
    };
    playground.subscribe(look);
    look();
  });
}

const lastOf = (column: Column | undefined) => column?.entries.at(-1) as Reply | undefined;
const haveEnded = (columns: readonly Column[]) =>
  columns.every((column) => lastOf(column)?.endedMs !== undefined);
const first = (playground: Playground) => playground.snapshot().columns[0]?.id ?? 0;

describe('the playground', () => {
  let served: ReturnType<typeof playgroundWith>;

  beforeEach(() => {
    served = playgroundWith();
  });

  test('asks every model at once, each with its own conversation and what it takes', async () => {
    const { playground, asked } = served;
    playground.show(['echo', 'codex']);
    playground.set({ system: 'Be brief.', temperature: '0.5', effort: 'low', isNeverStored: true });
    playground.say('Hello', []);
    const columns = await until(playground, haveEnded);
    expect(columns.map((column) => lastOf(column))).toMatchObject([
      { modelId: 'echo', state: 'done', text: 'Hi', requestId: 'req_1' },
      { modelId: 'codex', state: 'done', text: 'Hi' },
    ]);
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
    ];
    const common = { messages, store: false, stream: true, reasoning_effort: 'low' };
    expect(asked.map(({ body }) => body)).toMatchObject([
      { ...common, model: 'echo', temperature: 0.5 },
      { ...common, model: 'codex' },
    ]);
    expect(asked[1]?.body).not.toHaveProperty('temperature');
    expect(playground.spent()).toEqual({ nanoUsd: 140_000n, isGuess: false });
  });

  test('stops one model, keeps what it has said, and goes on from there', async () => {
    const { playground, asked } = playgroundWith([text('Half'), undefined], [text('Rest'), END]);
    playground.add('echo');
    playground.say('Hello', []);
    await until(playground, ([column]) => lastOf(column)?.text === 'Half');
    playground.stop(first(playground));
    const [column] = await until(playground, haveEnded);
    expect(lastOf(column)).toMatchObject({ state: 'stopped', text: 'Half' });
    expect(playground.spent().isGuess).toBe(true);
    playground.say('Go on', []);
    await until(playground, ([each]) => lastOf(each)?.text === 'Rest');
    expect(asked[1]?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test.each<[string, readonly string[] | Error, Partial<Reply>]>([
    [
      'is refused',
      new ApiError('Top up.', { status: 402, code: 'insufficient_quota', requestId: 'req_9' }),
      { failure: { code: 'insufficient_quota', message: 'Top up.' }, requestId: 'req_9', text: '' },
    ],
    [
      'fails in the midst of it',
      [text('Half'), event({ error: { code: 'upstream_error', message: 'It broke.' } })],
      { failure: { code: 'upstream_error', message: 'It broke.' }, text: 'Half' },
    ],
    [
      'breaks off without an end',
      [text('Half')],
      { failure: expect.objectContaining({ code: 'connection_broken' }) as never, text: 'Half' },
    ],
  ])('tells of an answer that %s, and asks again', async (_, answer, said) => {
    const { playground, asked } = playgroundWith(answer);
    playground.add('echo');
    playground.say('Hello', []);
    const [column] = await until(playground, haveEnded);
    expect(lastOf(column)).toMatchObject({ state: 'failed', ...said });
    playground.again(first(playground));
    await until(playground, ([each]) => lastOf(each)?.state === 'done');
    expect(asked[1]?.body.messages).toEqual(asked[0]?.body.messages);
  });

  test('counts an answer that was asked for again among what was spent', async () => {
    const { playground } = served;
    playground.add('echo');
    playground.say('Hello', []);
    await until(playground, haveEnded);
    playground.again(first(playground));
    await until(playground, ([column]) => lastOf(column)?.endedMs !== undefined);
    expect(playground.spent().nanoUsd).toBe(140_000n);
  });

  test('gives the results of calls in their order', async () => {
    const called = {
      tool_calls: [{ index: 0, id: 'c1', function: { name: 'f', arguments: '{}' } }],
    };
    const { playground, asked } = playgroundWith([
      event({ choices: [{ index: 0, delta: called, finish_reason: 'tool_calls' }] }),
      END,
    ]);
    playground.add('echo');
    playground.say('Hello', []);
    await until(playground, haveEnded);
    playground.answerCalls(first(playground), ['42']);
    await until(playground, ([column]) => lastOf(column)?.text === 'Hi');
    expect(asked[1]?.body.messages.at(-1)).toEqual({
      role: 'tool',
      tool_call_id: 'c1',
      content: '42',
    });
  });

  test('ends what runs when it is cleared or taken away, and shows nothing of it', async () => {
    const { playground, asked } = playgroundWith([text('A'), undefined], [text('B'), undefined]);
    playground.show(['echo', 'codex']);
    playground.say('Hello', []);
    await until(playground, (columns) => columns.every((column) => lastOf(column)?.text !== ''));
    playground.remove(first(playground));
    playground.clear();
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(playground.snapshot().columns).toMatchObject([{ modelId: 'codex', entries: [] }]);
    expect(playground.spent().nanoUsd).toBe(0n);
  });

  test('keeps the conversations of models that stay', async () => {
    const { playground } = served;
    playground.show(['echo']);
    playground.say('Hello', []);
    await until(playground, haveEnded);
    playground.show(['codex', 'echo']);
    const { columns } = playground.snapshot();
    expect(columns.map(({ modelId, entries }) => [modelId, entries.length])).toEqual([
      ['echo', 2],
      ['codex', 0],
    ]);
  });

  test('asks nothing with settings that say nothing', () => {
    const { playground, asked } = served;
    playground.add('echo');
    playground.set({ temperature: 'warm' });
    playground.say('Hello', []);
    expect(asked).toEqual([]);
  });
});
