import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { commands } from './commands.js';
import { ops } from './ops.js';
import { captured } from './testing/stub-stack.js';

let state: string;
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
});
afterAll(() => rm(state, { recursive: true, force: true }));

const create = ['account', 'create', '--email', 'a@b.c', '--name', 'N'];
const limit = (scope: string, id: string, ...more: string[]) => [
  ...['limit', 'set', '--scope', scope, '--id', id],
  ...more,
];
const [account, user, key] = [newId('account'), newId('user'), newId('key')];
const month = ['--period', 'month', '--usd', '1'];

describe('ops', () => {
  it.each([
    ['an unknown command', ['account', 'destroy'], 'command', /account create, account credit/],
    ['no command', [], 'command', /--help/],
    ['a name of the prototype', ['toString'], 'command', /account create/],
    ['a bad amount', [...create, '--balance-usd', '-1'], 'balance_usd', /--balance-usd/],
    ['a state without a name', [...create, '--balance-usd', '1', '--state'], 'state', /--state/],
    ['a key without an account', ['key', 'create', '--user', user], 'account', /--account/],
    [
      'a user as an account',
      ['key', 'create', '--account', user, '--user', user],
      'account',
      /acct_/,
    ],
    [
      'a payment of nothing',
      ['account', 'credit', '--account', account, '--usd', '0', '--reference', 'r'],
      'usd',
      /more than 0/,
    ],
    [
      'a payment without a reference',
      ['account', 'credit', '--account', account, '--usd', '1'],
      'reference',
      /--reference/,
    ],
    ['a bad key id', ['key', 'revoke', '--id', 'mb_live_x'], 'id', /--id .* key_/],
    ['an unknown scope', limit('team', key, ...month), 'scope', /account, member or key/],
    ['an id of another scope', limit('key', user, ...month), 'id', /--id .* key_/],
    ['a member without an account', limit('member', user, ...month), 'account', /add --account/],
    [
      'a key with an account',
      limit('key', key, '--account', account, ...month),
      'account',
      /leave/,
    ],
    ['a limit without an amount', limit('key', key, '--period', 'day'), 'usd', /--usd/],
    ['a bad limit', limit('key', key, '--period', 'day', '--usd', 'lots'), 'usd', /--usd/],
    ['a limit without a period', limit('key', key, '--usd', '1'), 'period', /--period/],
    [
      'an unknown period',
      limit('key', key, '--usd', '1', '--period', 'year'),
      'period',
      /total, month, week or day/,
    ],
    [
      'a daily member',
      limit('member', user, '--account', account, '--usd', '1', '--period', 'day'),
      'period',
      /must be month/,
    ],
    [
      'an account in total',
      limit('account', account, '--usd', '1', '--period', 'total'),
      'period',
      /must be month/,
    ],
    ['a show without an id', ['limit', 'show', '--scope', 'key'], 'id', /--id/],
  ])('refuses %s, naming the flag and the fix', async (_, args, field, message) => {
    const { code, out } = await captured(() => ops(['--state', state, ...args]));
    expect(code).toBe(1);
    expect(out).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(out)).toEqual({
      error: { code: 'invalid_argument', field, message: expect.stringMatching(message) },
    });
  });

  it('says how to start a stack where none runs', async () => {
    const { code, out } = await captured(() =>
      ops(['--state', state, ...create, '--balance-usd', '1']),
    );
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: {
        code: 'failed_precondition',
        field: 'state',
        message: expect.stringContaining('npm start'),
      },
    });
  });

  it('tells of every command with --help', async () => {
    const { code, out } = await captured(() => ops(['--help']));
    expect(code).toBe(0);
    for (const name of Object.keys(commands)) expect(out).toContain(name);
  });

  it.each(Object.entries(commands))(
    'tells of every flag of %s with --help',
    async (name, { usage }) => {
      const { code, out } = await captured(() => ops([...name.split(' '), '--help']));
      expect(code).toBe(0);
      for (const flag of usage.match(/--[a-z-]+/g) ?? []) expect(out).toContain(`\n  ${flag} `);
    },
  );
});
