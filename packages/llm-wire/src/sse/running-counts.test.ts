import { describe, expect, it } from '@jest/globals';
import { replyContext } from '../testing/contexts.js';
import { singleBytes } from '../testing/chunks.js';
import { StreamTail } from './stream-tail.js';
import { StreamTranslator } from './stream-translator.js';

const nothingAsked = { usage: false, runningUsage: false, timings: false };

const usageOf = (completion_tokens: number): object => ({
  prompt_tokens: 30,
  total_tokens: 30 + completion_tokens,
  completion_tokens,
  prompt_tokens_details: { cached_tokens: 10 },
});
const timingsOf = (predicted_n: number): object => ({
  cache_n: 10,
  prompt_n: 20,
  prompt_ms: 1.5,
  predicted_n,
});
const chunk = (delta: object, rest: object, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason }], ...rest })}\n\n`;

const word = (n: number) => ({ content: `w${n} ,"usage":{"x":1} ` });
const servers = [
  ['vLLM', (n: number) => ({ usage: usageOf(n) })],
  ['llama-server', (n: number) => ({ timings: timingsOf(n) })],
] as const;

describe.each(servers)('counts in each chunk of %s', (_, counts) => {
  const plain = [1, 2, 3].map((n) => chunk(word(n), {})).join('');
  const counted = [1, 2, 3].map((n) => chunk(word(n), counts(n * 7))).join('');

  it('are what a stream that is cut has cost, and do not reach a caller who did not ask', () => {
    const tail = new StreamTail({ format: 'chat', countsAsked: nothingAsked });
    const out = singleBytes(Buffer.from(counted)).map((byte) => tail.push(byte));
    expect(Buffer.concat(out).toString()).toBe(plain);
    expect(tail.progress).toMatchObject({
      usage: { inputTokens: 20, cacheReadTokens: 10, outputTokens: 21 },
      usageFinal: true,
      outcome: undefined,
    });
  });

  it('reach one who asked', () => {
    const countsAsked = { usage: true, runningUsage: true, timings: true };
    const tail = new StreamTail({ format: 'chat', countsAsked });
    expect(tail.push(Buffer.from(counted)).toString()).toBe(counted);
    expect(tail.progress.usage?.outputTokens).toBe(21);
  });

  it('are charged where the reply is translated', () => {
    const translator = new StreamTranslator({
      from: 'chat',
      to: 'messages',
      context: replyContext(),
    });
    translator.push(Buffer.from(counted));
    expect(translator.progress).toMatchObject({ usage: { outputTokens: 21 }, usageFinal: true });
  });

  it('are not taken for all once a chunk comes without', () => {
    const text = Buffer.from(counted + chunk(word(4), {}));
    const tail = new StreamTail({ format: 'chat', countsAsked: nothingAsked });
    tail.push(text);
    const translator = new StreamTranslator({ from: 'chat', to: 'chat', context: replyContext() });
    translator.push(text);
    for (const { progress } of [tail, translator]) expect(progress.usageFinal).toBe(false);
  });

  it('give way to the reply’s own usage, which a caller who asked for it gets', () => {
    const last = chunk({}, counts(21), 'stop');
    const own = `data: ${JSON.stringify({ id: 'c', choices: [], usage: usageOf(25) })}\n\n`;
    for (const usage of [true, false]) {
      const tail = new StreamTail({
        format: 'chat',
        stripUsage: !usage,
        countsAsked: { ...nothingAsked, usage },
      });
      const out = tail.push(Buffer.from(`${counted}${last}${own}data: [DONE]\n\n`)).toString();
      expect(out.includes(own)).toBe(usage);
      expect(tail.progress).toMatchObject({ outcome: 'completed', usage: { outputTokens: 25 } });
    }
  });
});
