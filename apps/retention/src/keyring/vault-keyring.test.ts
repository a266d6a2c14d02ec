import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refused, Transit } from '../../../sandbox/src/vault/transit.js';
import { KeyMissingError } from './keyring.js';
import { VaultKeyring } from './vault-keyring.js';

const name = 'day-2026-03-10';
const token = 'token of a test';
let transit: Transit;
let server: Server;
let address: string;
/** Answered instead, where it is set. */
let failing: number | undefined;

beforeEach(async () => {
  transit = new Transit();
  failing = undefined;
  server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://vault');
      const sent = request.method === 'POST' ? await json(request) : {};
      const method = searchParams.has('list') ? 'LIST' : (request.method ?? '');
      const path = pathname.replace('/v1/transit/', '');
      const answer =
        request.headers['x-vault-token'] === token
          ? transit.answer(method, path, sent as Record<string, unknown>)
          : refused(403, 'permission denied');
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

function open(over: { token?: string } = {}): Promise<VaultKeyring> {
  return VaultKeyring.open({ address, token, mount: 'transit', ...over });
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
