import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { probe, probeUrl } from './probe.js';

let server: Server;
let baseUrl: string;
let list = '{}';

beforeAll(async () => {
  server = createServer((request, response) => {
    const status = Number(request.url?.split('/')[1]);
    // Status 0: accepts the request and never answers.
    if (status !== 0) response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(list);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a probe', () => {
  it.each([
    [200, true],
    [401, true],
    [404, true],
    [500, false],
    [503, false],
  ])('takes the answer %d for alive = %s', async (status, alive) => {
    expect(await probe(`${baseUrl}/${status}`, AbortSignal.timeout(5_000))).toEqual({ alive });
  });

  it.each([
    ['vLLM', { object: 'list', data: [{ id: 'a/B' }, { id: 'b' }] }, ['a/B', 'b']],
    ['llama-server', { models: [{}], data: [{ id: 'b', aliases: ['b', 'c'] }] }, ['b', 'c']],
    ['a server without any', { data: [] }, undefined],
    ['a server that lists in another way', { data: [{ name: 'b' }] }, undefined],
    ['what is no JSON', '<html>', undefined],
    ['what is too long', { data: [{ id: 'x'.repeat(2 ** 20) }] }, undefined],
  ])('reads the models that %s lists', async (_, body, models) => {
    list = typeof body === 'string' ? body : JSON.stringify(body);
    const result = await probe(`${baseUrl}/200`, AbortSignal.timeout(5_000));
    expect(result).toEqual({ alive: true, ...(models && { models: new Set(models) }) });
    list = '{}';
  });

  it('goes to the list of models, wherever a base URL ends', () => {
    const models = 'https://provider.test/v1/models';
    expect(probeUrl('selfhosted', 'https://provider.test/v1')).toBe(models);
    expect(probeUrl('anthropic', 'https://provider.test')).toBe(models);
  });

  it('takes silence for death', async () => {
    expect(await probe(`${baseUrl}/0`, AbortSignal.timeout(50))).toEqual({ alive: false });
  });

  it('takes a refused connection for death', async () => {
    expect(await probe('http://127.0.0.1:1', AbortSignal.timeout(5_000))).toEqual({ alive: false });
  });
});
