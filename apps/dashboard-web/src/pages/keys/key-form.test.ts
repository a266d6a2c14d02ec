import { describe, expect, test } from '@jest/globals';
import type { Key } from '@modelbridge/dashboard-api';
import { emptyForm, fieldNamed, formOf, readForm } from './key-form.js';

const key: Key = {
  key_id: 'key_1',
  name: 'CI',
  public_id: 'mb_live_abc',
  scope: 'inference',
  is_test: false,
  user_id: 'user_1',
  user_name: 'Ada',
  team_id: null,
  restrictions: {
    allowed_models: ['gpt-5.4', 'kimi-k2.5'],
    never_stored_only: true,
    allowed_apis: ['messages'],
    allowed_addresses: ['203.0.113.7'],
    requests_per_minute: 60,
    tokens_per_minute: 0,
    concurrent_requests: 4,
  },
  created_at: '2026-11-01T00:00:00.000Z',
  expires_at: null,
  disabled_at: null,
  revoked_at: null,
  last_used_at: null,
  previous_secret_until: null,
  limits: [
    {
      scope: 'key',
      period: 'month',
      scope_id: 'key_1',
      limit_nano_usd: '12500000000',
      used_nano_usd: '0',
      held_nano_usd: '0',
      resets_at: null,
    },
  ],
};

describe('the form of a key', () => {
  test('reads back what the key is', () => {
    expect(readForm(formOf(key))).toEqual({
      read: {
        name: 'CI',
        expires_at: null,
        restrictions: key.restrictions,
        limits: [{ period: 'month', limit_nano_usd: '12500000000' }],
      },
    });
  });

  test('restricts nothing where nothing is filled in, or every API is', () => {
    const form = {
      ...emptyForm,
      name: 'x',
      apis: ['chat_completions', 'responses', 'messages'] as const,
    };
    expect(readForm(form)).toMatchObject({
      read: { limits: [], restrictions: { allowed_apis: [], allowed_models: [] } },
    });
  });

  test('ends a key with its last day, on the clock of the person', () => {
    const result = readForm({ ...emptyForm, name: 'x', lastDay: '2026-12-31' });
    const end = 'read' in result ? new Date(result.read.expires_at ?? '') : undefined;
    expect([end?.getDate(), end?.getHours(), end?.getMinutes()]).toEqual([31, 23, 59]);
  });

  test('says of every field what is wrong with it', () => {
    const wrong = {
      ...emptyForm,
      name: '  ',
      limits: { ...emptyForm.limits, day: '-3' },
      tokensPerMinute: '1e9',
    };
    expect(readForm(wrong)).toEqual({
      errors: {
        name: expect.any(String),
        limit_day: expect.any(String),
        tokensPerMinute: expect.any(String),
      },
    });
  });

  test('shows an error beside the field that the server has named', () => {
    const limits = [{ period: 'week' as const }];
    expect(fieldNamed('limits.0.limit_nano_usd', limits)).toBe('limit_week');
    expect(fieldNamed('restrictions.allowed_addresses.1', limits)).toBe('addresses');
    expect(fieldNamed('team_id', limits)).toBeUndefined();
    expect(fieldNamed(undefined, limits)).toBeUndefined();
  });
});
