import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFlags } from './arguments.js';
import { ops, splitState } from './ops.js';

const FLAGS = { required: ['email', 'balance-usd'], optional: ['plan'] };

describe('readFlags', () => {
  it('reads both forms into snake_case', () => {
    expect(readFlags(['--email', 'a@b.c', '--balance-usd=1'], FLAGS)).toEqual({
      email: 'a@b.c',
      balance_usd: '1',
    });
  });

  it.each([
    [['--email', 'a'], 'balance_usd'],
    [['--email', '--balance-usd', '1'], 'email'],
    [['--email', '', '--balance-usd', '1'], 'email'],
    [['--email', 'a', '--email', 'b', '--balance-usd', '1'], 'email'],
    [['--email', 'a', '--balance-usd', '1', '--color', 'red'], 'color'],
    [['--email', 'a', '--balance-usd', '1', 'stray'], null],
  ])('refuses %j, naming the field', (args, field) => {
    let caught: unknown;
    try {
      readFlags(args, FLAGS);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code: 'invalid_argument', field });
  });
});

describe('splitState', () => {
  it('takes the state out wherever it stands', () => {
    const rest = ['account', 'create', '--name', 'N'];
    expect(splitState(['--state', '/s', ...rest])).toEqual({ state: '/s', rest });
    expect(splitState([...rest, '--state=/s'])).toEqual({ state: '/s', rest });
    expect(splitState(rest)).toEqual({ state: undefined, rest });
  });
});

describe('ops', () => {
  let state: string;
  let printed: string;
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
    printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(state, { recursive: true, force: true });
  });

  const create = ['account', 'create', '--email', 'a@b.c', '--name', 'N'];

  it.each([
    ['an unknown command', ['account', 'destroy'], 'invalid_argument', 'command'],
    ['no command', [], 'invalid_argument', 'command'],
    ['a name of the prototype', ['toString'], 'invalid_argument', 'command'],
    ['a bad amount', [...create, '--balance-usd', '-1'], 'invalid_argument', 'balance_usd'],
    ['no running stack', [...create, '--balance-usd', '1'], 'failed_precondition', 'state'],
  ])('answers %s with one line of JSON and exit code 1', async (_, args, code, field) => {
    expect(await ops(['--state', state, ...args])).toBe(1);
    expect(printed).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(printed)).toMatchObject({ error: { code, field } });
    expect(JSON.parse(printed).error.message).toBeTruthy();
  });
});
