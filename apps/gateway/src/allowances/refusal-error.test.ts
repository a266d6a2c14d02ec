import { describe, expect, it } from '@jest/globals';
import { refusalError } from './refusal-error.js';

const short = {
  reason: 'insufficient_quota',
  limitSource: 'account.total',
  availableNanoUsd: 0n,
  requiredNanoUsd: 12_300_000n,
} as const;

describe('the answer to a request that costs more than is left', () => {
  it('tells an empty balance as a balance, with its amount and where to top up', () => {
    const error = refusalError(short, 'https://app.example/billing');
    expect(error).toMatchObject({ status: 402, code: 'insufficient_quota' });
    expect(error.message).toBe(
      'Your balance is 0 USD, and this request could cost 0.0123 USD or more. Top up at https://app.example/billing, or ask for fewer output tokens.',
    );
    const left = refusalError({ ...short, availableNanoUsd: 1_500_000_000n }, undefined);
    expect(left.message).toMatch(
      /^Your balance is 1\.5 USD, .* Top up in your account's dashboard/,
    );
  });

  it('names any other limit', () => {
    const { message } = refusalError({ ...short, limitSource: 'key.month' }, 'https://app.example');
    expect(message).toContain("left under the limit 'key.month'");
    expect(message).not.toContain('balance');
  });
});
