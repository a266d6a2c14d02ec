import { beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { LimitPeriod, LimitScope, type Limit } from '@modelbridge/contracts/billing.v1';
import { limitScopes } from '@modelbridge/contracts/limits';
import { ops } from '../ops.js';
import { stackOfFile } from '../testing/stack-of-file.js';
import { captured, Refusal, StubStack } from '../testing/stub-stack.js';
import { scopes } from './limit-scopes.js';

const { stack, run } = stackOfFile();

const [accountId, userId, keyId] = [newId('account'), newId('user'), newId('key')];
const resetsAt = new Date('2026-04-01T00:00:00.000Z');

function limit(scope: LimitScope, period: LimitPeriod, scopeId: string): Limit {
  const total = period === LimitPeriod.TOTAL;
  return {
    scope,
    period,
    scopeId,
    limitNanoUsd: 5_000_000_000n,
    usedNanoUsd: 1n,
    heldNanoUsd: 20_000_000n,
    resetsAt: total ? undefined : resetsAt,
  };
}
const amounts = {
  limitUsd: '5',
  limitNanoUsd: '5000000000',
  usedUsd: '0.000000001',
  usedNanoUsd: '1',
  heldUsd: '0.02',
  heldNanoUsd: '20000000',
  resetsAt: '2026-04-01T00:00:00.000Z',
};

beforeEach(() => {
  stack.answers.set('getKey', () => ({ key: { keyId, accountId, userId } }));
  stack.answers.set('getUser', () => ({ user: { userId } }));
  stack.answers.set('setLimit', ({ scope, period, scopeId, limitNanoUsd }: Limit) => ({
    limit: limitNanoUsd === undefined ? undefined : limit(scope, period, scopeId || accountId),
  }));
});

const set = (...args: string[]) => run('limit', 'set', ...args);
const show = (...args: string[]) => run('limit', 'show', ...args);
const ofKey = ['--scope', 'key', '--id', keyId];
const ofMember = ['--scope', 'member', '--account', accountId, '--id', userId];
const ofAccount = ['--scope', 'account', '--id', accountId];

describe('limit set', () => {
  it.each([
    ['account', ofAccount, 'month', LimitScope.ACCOUNT, LimitPeriod.MONTH, ''],
    ['member', ofMember, 'month', LimitScope.MEMBER, LimitPeriod.MONTH, userId],
    ['key', ofKey, 'total', LimitScope.KEY, LimitPeriod.TOTAL, keyId],
    ['key', ofKey, 'month', LimitScope.KEY, LimitPeriod.MONTH, keyId],
    ['key', ofKey, 'week', LimitScope.KEY, LimitPeriod.WEEK, keyId],
    ['key', ofKey, 'day', LimitScope.KEY, LimitPeriod.DAY, keyId],
  ])('limits the %s %j by %s', async (scope, selector, period, scopeCode, periodCode, scopeId) => {
    const { code, answer } = await set(...selector, '--usd', '5', '--period', period);
    expect(code).toBe(0);
    expect(answer).toEqual({
      accountId,
      scope,
      id: selector.at(-1),
      period,
      limit: period === 'total' ? { ...amounts, resetsAt: null } : amounts,
    });
    expect(stack.calls.at(-1)).toMatchObject([
      'setLimit',
      { scope: scopeCode, period: periodCode, accountId, scopeId, limitNanoUsd: 5_000_000_000n },
    ]);
  });

  it('tells of every scope and its periods with --help', async () => {
    const { out } = await captured(() => ops(['limit', 'set', '--help']));
    for (const scope of limitScopes) {
      expect(out).toMatch(new RegExp(`--scope \\S*\\b${scope}\\b`));
      for (const period of scopes[scope].periods) {
        expect(out).toMatch(new RegExp(`--period P .*\\b${scope}: [^;]*\\b${period}\\b`));
      }
    }
  });

  it('keeps a limit of 0 apart from none', async () => {
    await set(...ofKey, '--usd', '0', '--period', 'day');
    expect(stack.calls.at(-1)).toMatchObject(['setLimit', { limitNanoUsd: 0n }]);
    const { answer } = await set(...ofKey, '--usd', 'none', '--period', 'day');
    expect(stack.calls.at(-1)).toMatchObject(['setLimit', { limitNanoUsd: undefined }]);
    expect(answer).toMatchObject({ limit: null });
  });

  it.each([
    ['getKey', 'key_id', 'not_found', ofKey, 'id'],
    ['getUser', 'user_id', 'not_found', ofMember, 'id'],
    ['setLimit', 'account_id', 'not_found', ofMember, 'account'],
    ['setLimit', 'account_id', 'not_found', ofAccount, 'id'],
    ['setLimit', 'limit_nano_usd', 'failed_precondition', ofAccount, 'usd'],
  ] as const)('says of a refusal by %s (%s, %s) which flag is at fault', async (...row) => {
    const [method, field, code, selector, flag] = row;
    stack.answers.set(method, () => {
      throw new Refusal(code, field);
    });
    const { code: exit, answer } = await set(...selector, '--usd', '1', '--period', 'month');
    expect(exit).toBe(1);
    expect(answer).toEqual({
      error: { code, field: flag, message: expect.stringContaining(`--${flag}`) },
    });
  });
});

it('says that a service does not answer, and what to do', async () => {
  const alone = new StubStack();
  await alone.start();
  alone.stop('auth');
  const { code, out } = await captured(() =>
    ops(['--state', alone.state, 'limit', 'show', ...ofKey]),
  );
  await alone.close();
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'unavailable', field: null, message: expect.stringContaining('logs') },
  });
});

describe('limit show', () => {
  beforeEach(() => {
    stack.answers.set('getLimits', (asked: { keyId: string; userId: string }) => ({
      limits: [
        limit(LimitScope.ACCOUNT, LimitPeriod.TOTAL, accountId),
        limit(LimitScope.ACCOUNT, LimitPeriod.MONTH, accountId),
        ...(asked.userId === userId ? [limit(LimitScope.MEMBER, LimitPeriod.MONTH, userId)] : []),
        ...(asked.keyId === keyId ? [limit(LimitScope.KEY, LimitPeriod.DAY, keyId)] : []),
      ],
    }));
  });
  const balance = { scope: 'account', id: accountId, period: 'total', ...amounts, resetsAt: null };
  const account = { scope: 'account', id: accountId, period: 'month', ...amounts };
  const member = { scope: 'member', id: userId, period: 'month', ...amounts };
  const key = { scope: 'key', id: keyId, period: 'day', ...amounts };

  it.each([
    ['account', ofAccount, [account], [balance]],
    ['member', ofMember, [member], [balance, account]],
    ['key', ofKey, [key], [balance, account, member]],
  ])('shows the limits of the %s, and those around them', async (scope, selector, own, around) => {
    const { code, answer } = await show(...selector);
    expect(code).toBe(0);
    expect(answer).toEqual({
      accountId,
      scope,
      id: selector.at(-1),
      limits: own,
      enclosing: around,
    });
  });

  it('shows one period where one is asked for', async () => {
    expect((await show(...ofKey, '--period', 'month')).answer).toMatchObject({ limits: [] });
    expect((await show(...ofKey, '--period', 'day')).answer).toMatchObject({ limits: [key] });
  });
});
