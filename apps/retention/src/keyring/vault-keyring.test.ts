import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Tokens } from '../../../sandbox/src/vault/tokens.js';
import { refused, Transit } from '../../../sandbox/src/vault/transit.js';
import type { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { KeyMissingError } from './keyring.js';
import { TokenRenewal } from './token-renewal.service.js';
import { VaultClient } from './vault-client.js';
import { VaultKeyring } from './vault-keyring.js';

const name = 'day-2026-03-10';
const token = 'token of a test';
let transit: Transit;
let tokens: Tokens;
/** Of Vault’s clock. */
let seconds = 1_000;
let server: Server;
let address: string;
/** Answered instead, where it is set. */
let failing: number | undefined;

beforeEach(async () => {
  transit = new Transit();
  tokens = new Tokens(() => seconds);
  tokens.add(token, { ttl: 0, renewable: false });
  failing = undefined;
  server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://vault');
      const sent = request.method === 'POST' ? await json(request) : {};
      const method = searchParams.has('list') ? 'LIST' : (request.method ?? '');
      const path = pathname.replace('/v1/', '');
      const id = request.headers['x-vault-token'];
      const answered = () => {
        if (path.startsWith('auth/token/'))
          return tokens.answer(id, method, path.replace('auth/token/', ''));
        return tokens.isGood(id)
          ? transit.answer(method, path.replace('transit/', ''), sent as Record<string, unknown>)
          : refused(403, 'permission denied');
      };
      const answer = answered();
      response.writeHead(failing ?? answer.status, { 'content-type': 'application/json' });
      response.end(answer.body && JSON.stringify(answer.body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function client(over: { token?: string; tokenFile?: string } = {}): VaultClient {
  return new VaultClient({ address, token, mount: 'transit', ...over });
}

function open(over: { token?: string; tokenFile?: string } = {}): Promise<VaultKeyring> {
  return VaultKeyring.open(client(over));
}

describe('keys of Vault’s transit engine', () => {
  it('derive the same for the same key and context, also after they are made again, and cannot be taken out', async () => {
    const keyring = await open();
    await keyring.create(name);
    const derived = await keyring.derive(name, 'a');
    await keyring.create(name);
    await (await open()).create(name);
    expect(derived).toHaveLength(32);
    expect(await keyring.derive(name, 'a')).toEqual(derived);
    expect(await keyring.derive(name, 'b')).not.toEqual(derived);
    expect(transit.answer('GET', `export/hmac-key/${name}`).status).toBe(400);
    expect(await keyring.list()).toEqual([name]);
  });

  it('are deleted whole, which Vault allows only when told to, and stay away', async () => {
    const keyring = await open();
    await keyring.create(name);
    expect(transit.answer('DELETE', `keys/${name}`).status).toBe(400);
    expect(await keyring.destroy(name)).toMatchObject({
      how: 'deletion allowed and deleted',
      evidence: 'Vault answers 404 to this key',
    });
    await expect(keyring.derive(name, 'a')).rejects.toThrow(KeyMissingError);
    expect(await keyring.list()).toEqual([]);
    expect((await keyring.destroy(name)).how).toBe('no key to destroy');
  });

  it('are not made by whoever only asks for them', async () => {
    expect(transit.answer('POST', 'encrypt/day-2026-03-09').status).toBe(200);
    const keyring = await open();
    expect(transit.answer('POST', `encrypt/${name}`).status).toBe(400);
    await expect(keyring.derive(name, 'a')).rejects.toThrow(KeyMissingError);
    expect(await keyring.list()).toEqual(['day-2026-03-09']);
  });

  it('are refused where somebody has made them so that they can be taken out', async () => {
    const keyring = await open();
    transit.answer('POST', `keys/${name}`, { exportable: true });
    await expect(keyring.create(name)).rejects.toThrow(/can be taken out/);
  });

  it('are neither there nor gone while Vault does not answer', async () => {
    const keyring = await open();
    await keyring.create(name);
    failing = 503;
    for (const call of [keyring.derive(name, 'a'), keyring.destroy(name), keyring.list()]) {
      await expect(call).rejects.toMatchObject({ code: 'unavailable' });
    }
    failing = undefined;
    expect(await keyring.list()).toEqual([name]);
  });

  it('are not opened with a token that Vault does not take', async () => {
    await expect(open({ token: 'another' })).rejects.toThrow(/VAULT_TOKEN/);
  });
});

describe('the token of Vault', () => {
  const logged: string[] = [];
  const say = (_: object, message: string) => void logged.push(message);
  const logger = { warn: say, error: say } as unknown as Logger;
  const short = 'token of an hour';
  const hour = 3_600;

  function renewal(over: { token?: string } = {}) {
    const metrics = new Metrics('retention');
    const look = new TokenRenewal(client({ token: short, ...over }), logger, metrics);
    const left = async () => {
      const text = await metrics.registry.getSingleMetricAsString('retention_vault_token_seconds');
      return Number(/ (\S+)$/.exec(text)?.[1]?.replace('+Inf', 'Infinity'));
    };
    return { look: () => look.look(), left };
  }

  beforeEach(() => {
    logged.length = 0;
    seconds = 1_000;
  });

  it('lives on for days where it is renewed, and ends where it is not (control)', async () => {
    tokens.add(short, { ttl: hour, renewable: true });
    tokens.add('left alone', { ttl: hour, renewable: true });
    const { look, left } = renewal();
    for (; seconds < 2 * 24 * hour; seconds += 600) await look();
    expect(await left()).toBeGreaterThan(hour / 2);
    await (await open({ token: short })).create(name);
    await expect(open({ token: 'left alone' })).rejects.toThrow(/VAULT_TOKEN/);
    expect(logged).toEqual([]);
  });

  it('is told of while it still works, where no renewal helps any more', async () => {
    tokens.add(short, { ttl: hour, renewable: true, maxTtl: 2 * hour });
    const { look, left } = renewal();
    for (; seconds < 1_000 + 2 * hour - 60; seconds += 300) await look();
    expect(await left()).toBeLessThan(hour / 2);
    expect(logged).toContain(
      'the token of Vault cannot be renewed for much longer: give retention another',
    );
    seconds += hour;
    await expect(look()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await left()).toBe(0);
  });

  it('is left alone where it never ends', async () => {
    const { look, left } = renewal({ token });
    await look();
    expect(await left()).toBe(Infinity);
  });

  it('is read again when its file is another, and kept while that is written', async () => {
    const tokenFile = join(mkdtempSync(join(tmpdir(), 'vault-')), 'token');
    writeFileSync(tokenFile, `${token}\n`);
    const keyring = await open({ tokenFile });
    await keyring.create(name);
    tokens.add('the next token', { ttl: 0, renewable: false });
    writeFileSync(tokenFile, '');
    expect(await keyring.list()).toEqual([name]);
    writeFileSync(tokenFile, 'no token of this Vault');
    await expect(keyring.list()).rejects.toMatchObject({ code: 'unavailable' });
    writeFileSync(tokenFile, 'the next token');
    expect(await keyring.list()).toEqual([name]);
  });
});
