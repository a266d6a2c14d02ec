import { describe, expect, test } from '@jest/globals';
import type { Session } from '@modelbridge/dashboard-api';
import { PendingAct, type Shelf } from './pending-act.js';

const BEFORE = '2026-11-30T10:00:00.000Z';
const AFTER = '2026-11-30T11:00:00.000Z';

function session(proved_at: string, user_id = 'user_ada'): Session {
  return {
    person: { user_id, name: 'Ada', email: 'ada@example.com' },
    accounts: [{ account_id: 'acc_1', kind: 'personal', name: 'Ada', role: 'owner' }],
    proved_at,
    api_origin: 'https://api.example.com',
    csrf_token: 'token',
  };
}

function shelf(): Shelf {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

describe('an act that waits for a proof', () => {
  test('goes on once, after the person has proved themselves', () => {
    const pending = new PendingAct(shelf());
    pending.keep('keys.create', session(BEFORE), { name: 'CI' });
    expect(pending.take('keys.create', session(AFTER))).toEqual({ variables: { name: 'CI' } });
    expect(pending.take('keys.create', session(AFTER))).toBeUndefined();
  });

  test('waits on while another act looks for its own', () => {
    const pending = new PendingAct(shelf());
    pending.keep('keys.create', session(BEFORE), 1);
    expect(pending.take('keys.revoke', session(AFTER))).toBeUndefined();
    expect(pending.take('keys.create', session(AFTER))).toEqual({ variables: 1 });
  });

  test.each([
    ['the person came back without proof', session(BEFORE), 0],
    ['another person has signed in', session(AFTER, 'user_eve'), 0],
    ['too much time has passed', session(AFTER), 15 * 60_000],
  ])('is forgotten where %s', (_, then, passedMs) => {
    let nowMs = 0;
    const pending = new PendingAct(shelf(), () => nowMs);
    pending.keep('keys.create', session(BEFORE), 1);
    nowMs = passedMs;
    expect(pending.take('keys.create', then)).toBeUndefined();
    nowMs = 0;
    expect(pending.take('keys.create', session(AFTER))).toBeUndefined();
  });

  test('is nothing where the storage holds what nobody wrote', () => {
    const storage = shelf();
    storage.setItem('pending-act', '{"name":');
    expect(new PendingAct(storage).take('keys.create', session(AFTER))).toBeUndefined();
  });
});
