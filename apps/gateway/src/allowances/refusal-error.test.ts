import { describe, expect, it } from '@jest/globals';
import { refusalError } from './refusal-error.js';

const short = {
  reason: 'insufficient_quota',
  limitSource: 'account.total',
  availableNanoUsd: 0n,
  requiredNanoUsd: 12_300_000n,
} as const;

const personal = (dashboardUrl?: string) => ({ dashboardUrl, teamId: null });
const ofTeam = { dashboardUrl: 'https://app.example', teamId: 'team_1' };

describe('the answer to a request that costs more than is left', () => {
  it('tells an empty balance as a balance, with its amount and where to top up', () => {
    const error = refusalError(short, personal('https://app.example/billing'));
    expect(error).toMatchObject({ status: 402, code: 'insufficient_quota' });
    expect(error.message).toBe(
      'Your balance is 0 USD, and this request could cost 0.0123 USD or more. Top up at https://app.example/billing, or ask for fewer output tokens.',
    );
    const left = refusalError({ ...short, availableNanoUsd: 1_500_000_000n }, personal());
    expect(left.message).toMatch(
      /^Your balance is 1\.5 USD, .* Top up in your account's dashboard/,
    );
  });

  it('names any other limit', () => {
    const { message } = refusalError(
      { ...short, limitSource: 'key.month' },
      personal('https://app.example'),
    );
    expect(message).toContain("left under the limit 'key.month'");
    expect(message).not.toContain('balance');
  });
});

describe('the answer to a key of a team', () => {
  const left = { ...short, availableNanoUsd: 987_654_321n };
  const said = (refusal: Parameters<typeof refusalError>[0]) => {
    const error = refusalError(refusal, ofTeam);
    return { text: `${error.message} ${JSON.stringify(error)}`, details: error.options.details };
  };

  it.each(['account.total', 'account.month', undefined])(
    'tells that %s of the team is in the way, and not what the team has left',
    (limitSource) => {
      for (const reason of ['insufficient_quota', 'in_flight_budget', 'account_frozen'] as const) {
        const { text, details } = said({ ...left, reason, limitSource });
        expect(text).not.toMatch(/987|0\.98|balance/i);
        expect(details).toEqual({
          limit_source: limitSource ?? null,
          available_nano_usd: null,
          required_nano_usd: '12300000',
        });
      }
    },
  );

  it.each(['key.month', 'member.month'])('tells what %s leaves, which is their own', (source) => {
    const { details } = said({ ...left, limitSource: source });
    expect(details).toMatchObject({ limit_source: source, available_nano_usd: '987654321' });
  });
});
