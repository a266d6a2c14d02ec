import { describe, expect, test } from '@jest/globals';
import { formOf, readForm } from './settings-form.js';

const settings = {
  allowed_models: ['kimi-k2.5', 'glm-5'],
  never_stored_only: true,
  key_makers: 'admins' as const,
  default_key_day_nano_usd: '12500000000',
  default_key_month_nano_usd: null,
  default_key_total_nano_usd: '1',
};
const team = {
  team_id: 'team_1',
  account_id: 'acct_1',
  owner_user_id: 'user_1',
  name: 'Engines',
  created_at: '2026-11-30T00:00:00Z',
  role: 'owner' as const,
  settings,
};

describe('the settings of a team', () => {
  test('are sent as they were when nothing is changed, to the last nano-dollar', () => {
    expect(readForm(formOf(team))).toEqual({ settings });
  });

  test('take models by line, space or comma', () => {
    const form = { ...formOf(team), models: ' kimi-k2.5, glm-5\nminimax-m2.5 ' };
    expect(readForm(form)).toMatchObject({
      settings: { allowed_models: ['kimi-k2.5', 'glm-5', 'minimax-m2.5'] },
    });
  });

  test('say by its field what is no amount and that a name is missing', () => {
    const form = { ...formOf(team), name: ' ', day: 'ten', month: '1.5' };
    expect(readForm(form)).toEqual({
      errors: { name: expect.any(String), day: expect.any(String) },
    });
  });
});
