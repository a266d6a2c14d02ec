import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SAMPLE_STREAMS } from '../testing/sample-streams.js';
import { UsageAccumulator, readUsage } from './read-usage.js';
import { readReplyFacts } from './reply-facts.js';
import { totalInput } from '@modelbridge/contracts';
import { completeUsage } from './token-usage.js';
import { anthropicUsage, chatUsage, responsesUsage } from './write-usage.js';

const counts = fc.nat({ max: 10_000_000 });
const usages = fc.record({
  inputTokens: counts,
  cacheReadTokens: counts,
  cacheWrite5mTokens: counts,
  cacheWrite1hTokens: counts,
  outputTokens: counts,
  reasoningTokens: fc.constant(0),
});

describe('readUsage', () => {
  it('splits OpenAI’s total into disjoint classes', () => {
    const raw = {
      prompt_tokens: 100,
      completion_tokens: 20,
      prompt_tokens_details: { cached_tokens: 30 },
      completion_tokens_details: { reasoning_tokens: 8 },
    };
    expect(readUsage('chat', raw)).toEqual({
      inputTokens: 70,
      cacheReadTokens: 30,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      outputTokens: 20,
      reasoningTokens: 8,
    });
  });

  it('takes vLLM’s nulls and other vendors’ cache fields', () => {
    const vllm = {
      prompt_tokens: 9,
      total_tokens: 12,
      completion_tokens: 3,
      prompt_tokens_details: null,
    };
    expect(readUsage('chat', vllm)).toMatchObject({ inputTokens: 9, outputTokens: 3 });
    expect(readUsage('chat', { ...vllm, cached_tokens: 4 })).toMatchObject({
      inputTokens: 5,
      cacheReadTokens: 4,
    });
    expect(readUsage('chat', { prompt_tokens: 9, total_tokens: 12 })).toMatchObject({
      outputTokens: 3,
    });
  });

  it('falls back by presence: a split of zeros does not hide the total', () => {
    const usage = readUsage('messages', {
      input_tokens: 1,
      cache_creation_input_tokens: 50,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens: 2,
    });
    expect(usage).toMatchObject({ cacheWrite5mTokens: 50, cacheWrite1hTokens: 0 });
  });

  it('never gives a class more tokens than the upstream reported in all', () => {
    const raw = {
      prompt_tokens: 10,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 99 },
    };
    expect(totalInput(readUsage('chat', raw)!)).toBe(10);
  });

  it('reads nothing from what is no count', () => {
    for (const raw of [null, undefined, 5, {}, { prompt_tokens: -1 }, { prompt_tokens: '7' }]) {
      expect(readUsage('chat', raw)).toBeUndefined();
    }
  });

  it('reads what it writes, in every format', () => {
    fc.assert(
      fc.property(usages, (usage) => {
        expect(readUsage('messages', anthropicUsage(usage))).toEqual(usage);
        for (const read of [
          readUsage('chat', chatUsage(usage)),
          readUsage('responses', responsesUsage(usage)),
        ]) {
          // OpenAI's formats do not tell the two kinds of cache writes apart.
          const written = usage.cacheWrite5mTokens + usage.cacheWrite1hTokens;
          expect(read).toEqual({ ...usage, cacheWrite5mTokens: written, cacheWrite1hTokens: 0 });
        }
      }),
    );
  });
});

describe('UsageAccumulator', () => {
  it('overwrites cumulative counts and never adds them', () => {
    const usage = new UsageAccumulator('messages');
    usage.add({
      input_tokens: 10,
      output_tokens: 1,
      cache_creation: { ephemeral_1h_input_tokens: 7 },
    });
    usage.add({ output_tokens: 15, input_tokens: null, cache_creation_input_tokens: 7 });
    usage.add({ output_tokens: 20 });
    expect(usage.usage).toEqual({
      inputTokens: 10,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 7,
      outputTokens: 20,
    });
  });

  it('takes a zero for a count only where none came before', () => {
    const usage = new UsageAccumulator('messages');
    usage.add({ input_tokens: 10, cache_read_input_tokens: 0, output_tokens: 5 });
    usage.add({ input_tokens: 0, cache_read_input_tokens: 0, output_tokens: null });
    expect(usage.usage).toEqual({ inputTokens: 10, cacheReadTokens: 0, outputTokens: 5 });
  });
});

describe('completeUsage', () => {
  const own = { inputTokens: 11, outputTokens: 22 };

  it('believes a final report', () => {
    const reported = { inputTokens: 1, outputTokens: 2 };
    expect(completeUsage(reported, { ...own, final: true })).toMatchObject({
      usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0 },
      estimated: false,
    });
  });

  it('takes zeros for what was lost where output was delivered, and for nothing where none was', () => {
    const zeros = { inputTokens: 0, cacheReadTokens: 0, outputTokens: 0 };
    expect(completeUsage(zeros, { ...own, final: true })).toMatchObject({
      usage: { inputTokens: 11, outputTokens: 22 },
      estimated: true,
    });
    expect(
      completeUsage({ inputTokens: 7, outputTokens: 0 }, { ...own, final: true }),
    ).toMatchObject({
      usage: { inputTokens: 7, outputTokens: 22 },
      estimated: true,
    });
    expect(completeUsage(zeros, { ...own, outputTokens: 0, final: true })).toMatchObject({
      usage: { inputTokens: 0, outputTokens: 0 },
      estimated: false,
    });
  });

  it('counts what was delivered where the report is of the start only', () => {
    const reported = { inputTokens: 1, outputTokens: 1 };
    expect(completeUsage(reported, { ...own, final: false })).toMatchObject({
      usage: { inputTokens: 1, outputTokens: 22 },
      estimated: true,
    });
    expect(completeUsage(undefined, { ...own, final: true })).toMatchObject({
      usage: { inputTokens: 11, outputTokens: 22 },
      estimated: true,
    });
  });
});

describe('readReplyFacts', () => {
  it('reads usage, reason and a count of our own from a whole reply', () => {
    const reply = {
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'x'.repeat(40) },
          finish_reason: 'length',
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 4 },
    };
    expect(readReplyFacts('chat', Buffer.from(JSON.stringify(reply)))).toMatchObject({
      usage: { inputTokens: 3, outputTokens: 4 },
      finishReason: 'length',
      estimatedOutputTokens: 10,
    });
  });

  it('has nothing to say of what is not JSON', () => {
    expect(readReplyFacts('chat', Buffer.from('<html>'))).toBeUndefined();
    expect(readReplyFacts('messages', SAMPLE_STREAMS.messages)).toBeUndefined();
  });
});
