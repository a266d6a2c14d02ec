import { describe, expect, it } from '@jest/globals';
import { connectionFlags, splitConnection } from './connection-flags.js';

const command = ['limit', 'show', '--account', 'A', '--id', 'I'];

describe('splitConnection', () => {
  it('takes what says where services are out of the arguments, wherever it stands', () => {
    const [scope, ...more] = command;
    const args = ['--state', '/s', scope ?? '', '--billing=b:1', ...more, '--tls-key', 'k.pem'];
    expect(splitConnection(args)).toEqual({
      connection: ['--state', '/s', '--billing=b:1', '--tls-key', 'k.pem'],
      rest: command,
    });
  });

  it('leaves arguments without any as they are', () => {
    expect(splitConnection(command)).toEqual({ connection: [], rest: command });
  });
});

describe('connectionFlags', () => {
  it('reads the state and every piece', () => {
    expect(
      connectionFlags(['--state=/s', '--usage-ledger', '[::1]:50051', '--tls-ca', 'ca.pem']),
    ).toEqual({ state: '/s', given: { 'usage-ledger': '[::1]:50051', 'tls-ca': 'ca.pem' } });
  });

  it.each([
    [['--auth', 'https://auth:50051'], 'auth', /--auth must be HOST:PORT/],
    [['--usage-ledger', 'usage-ledger'], 'usage_ledger', /--usage-ledger must be HOST:PORT/],
    [['--tls-cert'], 'tls_cert', /--tls-cert needs a value/],
    [['--billing', '--auth', 'a:1'], 'billing', /--billing needs a value/],
    [['--billing', 'a:1', '--billing', 'b:1'], 'billing', /--billing is given twice/],
    [['--as', 'root'], 'as', /--as must be one of support, billing, security, admin/],
    [['--reason', 'x'], 'reason', /--reason must have at least 3 characters: say why/],
    [['--reason', 'ada@example.com asks'], 'reason', /--reason must hold no e-mail address/],
  ])('refuses %j, naming the flag and the fix', (args, field, message) => {
    expect(() => connectionFlags(args)).toThrow(
      expect.objectContaining({
        code: 'invalid_argument',
        field,
        message: expect.stringMatching(message),
      }),
    );
  });
});
