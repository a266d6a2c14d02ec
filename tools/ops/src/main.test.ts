import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import { main } from './command-line.js';
import { ops } from './ops.js';
import { stackFileOf } from './stack/stack-file.js';
import { captured, StubStack } from './testing/stub-stack.js';

const built = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const keyId = newId('key');
const revoke = ['key', 'revoke', '--id', keyId];
const revokedAt = new Date('2026-03-04T05:06:07.000Z');
const answer = `${JSON.stringify({ keyId, revokedAt })}\n`;

let services: StubStack;
let directory: string;
beforeAll(async () => {
  services = new StubStack();
  await services.start();
  services.answers.set('revokeKey', () => ({ key: { keyId, revokedAt } }));
  directory = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
});
afterAll(async () => {
  await services.close();
  await rm(directory, { recursive: true, force: true });
});

const flags = ({ auth = services.grpc.auth, key = services.tls.key } = {}): string[] => [
  ...['--auth', auth, '--tls-ca', services.tls.ca],
  ...['--tls-cert', services.tls.certificate, '--tls-key', key],
];

describe('the built command line, without a launcher', () => {
  /** Runs it in a directory of its own, with these variables and no others. */
  function run(
    args: string[],
    env: Record<string, string>,
  ): Promise<{ code: number | null; out: string }> {
    const child = spawn(process.execPath, [built, 'ops', ...args], {
      cwd: directory,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, out })));
  }

  it('reaches services over mTLS by flags, before the environment and without a state', async () => {
    const env = { AUTH_GRPC: '127.0.0.1:1', TLS_KEY_FILE: '/nowhere.key' };
    expect(await run([...revoke, ...flags()], env)).toEqual({ code: 0, out: answer });
  });

  it('reaches services over mTLS by the environment, before the stack in .local', async () => {
    const state = join(directory, '.local');
    await mkdir(state);
    await writeFile(stackFileOf(state), JSON.stringify({ grpc: { auth: '127.0.0.1:1' }, tls: {} }));
    const { ca, certificate, key } = services.tls;
    const env = { TLS_CA_FILE: ca, TLS_CERT_FILE: certificate, TLS_KEY_FILE: key };
    expect(await run(revoke, { ...env, AUTH_GRPC: services.grpc.auth })).toEqual({
      code: 0,
      out: answer,
    });
  });
});

describe('a connection by flags', () => {
  const refusal = async (args: string[]): Promise<unknown> => {
    const { code, out } = await captured(() => ops([...revoke, ...args]));
    expect(code).toBe(1);
    return (JSON.parse(out) as { error: unknown }).error;
  };

  it('is made to no other service than the one that is meant', async () => {
    expect(await refusal(flags({ auth: services.grpc.billing }))).toEqual({
      code: 'unavailable',
      field: null,
      message: expect.stringMatching(/does not match certificate.* Host: auth\. .*DNS:billing/),
    });
  });

  it('names the flag and the variable of a file that cannot be read', async () => {
    expect(await refusal(flags({ key: '/nowhere.key' }))).toEqual({
      code: 'invalid_argument',
      field: 'tls_key',
      message: '--tls-key (TLS_KEY_FILE) cannot be read: /nowhere.key must exist and be readable',
    });
  });

  it('names the TLS files where they do not fit together', async () => {
    const key = services.tls.key.replace(/ops-admin\.key$/, 'auth.key');
    expect(await refusal(flags({ key }))).toEqual({
      code: 'invalid_argument',
      field: 'tls_key',
      message: expect.stringMatching(/--tls-key \(TLS_KEY_FILE\) is not the key of TLS_CERT_FILE/),
    });
  });
});

it('says how it is called', async () => {
  const { code, out } = await captured(() => main('limit', ['show']));
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'invalid_argument', field: 'command', message: expect.stringContaining('ops') },
  });
});
