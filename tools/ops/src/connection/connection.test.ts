import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '../config.js';
import { stackFileOf } from '../stack/stack-file.js';
import type { ConnectionFlags } from './connection-flags.js';
import { connectionSettings, type Settings } from './connection.js';
import type { ServiceName } from './pieces.js';

const stack = {
  grpc: { auth: 'stack:1', billing: 'stack:2', 'usage-ledger': 'stack:3', teams: 'stack:4' },
  tls: { ca: 'stack.ca', certificate: 'stack.crt', key: 'stack.key' },
  staff: {
    tls: { support: { ca: 'stack.ca', certificate: 'support.crt', key: 'support.key' } },
    reason: 'on this machine',
  },
};
const stackTls = { 'tls-ca': 'stack.ca', 'tls-cert': 'stack.crt', 'tls-key': 'stack.key' };
const tls = { 'tls-ca': 'flag.ca', 'tls-cert': 'flag.crt', 'tls-key': 'flag.key' };
const environment = () =>
  readConfig({
    AUTH_GRPC: 'variable:1',
    BILLING_GRPC: 'variable:2',
    USAGE_LEDGER_GRPC: 'variable:3',
    TLS_CA_FILE: 'variable.ca',
    TLS_CERT_FILE: 'variable.crt',
    TLS_KEY_FILE: 'variable.key',
  });
const noVariables = () => readConfig({});
const services: ServiceName[] = ['auth', 'billing'];

let up: string;
let nothingUp: string;
beforeAll(async () => {
  [up = '', nothingUp = ''] = await Promise.all(
    [0, 1].map(() => mkdtemp(join(tmpdir(), 'modelbridge-test-'))),
  );
  await writeFile(stackFileOf(up), JSON.stringify(stack));
});
afterAll(() =>
  Promise.all([up, nothingUp].map((state) => rm(state, { recursive: true, force: true }))),
);

const settings = async (state: string | undefined, given: Settings, variables = noVariables) =>
  (await connectionSettings(services, { state, given }, variables)).settings;

describe('where services are and who asks', () => {
  it('is said by each flag before its variable', async () => {
    expect(
      await settings(undefined, { billing: 'flag:2', 'tls-ca': 'flag.ca' }, environment),
    ).toEqual({
      auth: 'variable:1',
      billing: 'flag:2',
      'usage-ledger': 'variable:3',
      'tls-ca': 'flag.ca',
      'tls-cert': 'variable.crt',
      'tls-key': 'variable.key',
    });
  });

  it('is said by the stack that --state names, whatever the variables say', async () => {
    expect(await settings(up, {}, environment)).toEqual({
      auth: 'stack:1',
      billing: 'stack:2',
      ...stackTls,
    });
  });

  it('is said by each flag before the stack', async () => {
    expect(await settings(up, { billing: 'flag:2' })).toEqual({
      auth: 'stack:1',
      billing: 'flag:2',
      ...stackTls,
    });
    expect(await settings(up, tls)).toEqual({ auth: 'stack:1', billing: 'stack:2', ...tls });
  });

  it('needs no stack once it is complete, and nothing that the command does not use', async () => {
    const given = { auth: 'flag:1', ...tls };
    expect(await connectionSettings(['auth'], { state: nothingUp, given })).toEqual({
      settings: given,
    });
  });
});

describe('the role of staff and the reason', () => {
  const named = (over: Partial<ConnectionFlags>) =>
    connectionSettings(services, { state: up, given: {}, ...over }, noVariables);

  it('are those that are given', async () => {
    expect(await named({ role: 'support', reason: 'ticket 7' })).toMatchObject({
      settings: { 'tls-cert': 'support.crt', 'tls-key': 'support.key' },
      reason: 'ticket 7',
    });
  });

  it('are admin and the reason of the stack without them, for its own certificates alone', async () => {
    expect(await named({})).toMatchObject({ settings: stackTls, reason: 'on this machine' });
    expect((await named({ given: tls })).reason).toBeUndefined();
  });
});

describe('what is missing', () => {
  it.each([
    ['an address', { auth: 'flag:1', ...tls }, 'billing', ['--billing (BILLING_GRPC)']],
    [
      'a key',
      { auth: 'a:1', billing: 'b:1', 'tls-ca': 'c', 'tls-cert': 'd' },
      'tls_key',
      ['--tls-key (TLS_KEY_FILE)'],
    ],
    [
      'most',
      { billing: 'flag:2' },
      'auth',
      [
        '--auth (AUTH_GRPC)',
        '--tls-ca (TLS_CA_FILE)',
        '--tls-cert (TLS_CERT_FILE)',
        '--tls-key (TLS_KEY_FILE)',
      ],
    ],
  ])('is told by flag and variable: %s', async (_, given, field, names) => {
    await expect(settings(nothingUp, given)).rejects.toMatchObject({
      code: 'invalid_argument',
      field,
      message: expect.stringContaining(`not given: ${names.join(', ')}. `),
    });
  });

  it('is told of TLS files that a stack could only complete with another key', async () => {
    await expect(
      settings(up, { 'tls-ca': 'flag.ca', 'tls-cert': 'flag.crt' }),
    ).rejects.toMatchObject({
      field: 'tls_key',
      message: expect.stringContaining('not given: --tls-key (TLS_KEY_FILE). '),
    });
  });

  it('is a stack where nothing is given', async () => {
    await expect(settings(nothingUp, {})).rejects.toMatchObject({
      code: 'failed_precondition',
      field: 'state',
      message: expect.stringMatching(/npm start.*--state DIR.*--auth \(AUTH_GRPC\).*--tls-key/),
    });
  });

  it('is told as unusable where a variable is empty or no address', () => {
    expect(() => readConfig({ AUTH_GRPC: ' ' })).toThrow(/AUTH_GRPC is empty/);
    expect(() => readConfig({ BILLING_GRPC: 'billing' })).toThrow(/BILLING_GRPC .* host:port/);
  });
});
