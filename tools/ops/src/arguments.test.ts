import { describe, expect, it } from '@jest/globals';
import { readFlags } from './arguments.js';

const FLAGS = { required: ['email', 'balance-usd'], optional: ['plan'] };

describe('readFlags', () => {
  it('reads both forms into snake_case', () => {
    expect(readFlags(['--email', 'a@b.c', '--balance-usd=1'], FLAGS)).toEqual({
      email: 'a@b.c',
      balance_usd: '1',
    });
  });

  it.each([
    [['--email', 'a'], 'balance_usd', /--balance-usd is missing: add --balance-usd VALUE/],
    [['--email', '--balance-usd', '1'], 'email', /--email needs a value/],
    [['--email', '', '--balance-usd', '1'], 'email', /--email needs a value/],
    [['--email', 'a', '--email', 'b', '--balance-usd', '1'], 'email', /--email .* give it once/],
    [
      ['--email', 'a', '--balance-usd', '1', '--color', 'red'],
      'color',
      /--color .* takes --email, --balance-usd, --plan/,
    ],
    [['--email', 'a', '--balance-usd', '1', 'stray'], null, /"stray" .* in quotes/],
  ])('refuses %j, naming the flag and the fix', (args, field, message) => {
    let caught: unknown;
    try {
      readFlags(args, FLAGS);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({
      code: 'invalid_argument',
      field,
      message: expect.stringMatching(message),
    });
  });
});
