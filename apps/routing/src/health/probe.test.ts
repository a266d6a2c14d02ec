import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isAlive, probeUrl } from './probe.js';

let server: Server;
let baseUrl: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const status = Number(request.url?.split('/')[1]);
    // Status 0: accepts the request and never answers.
    if (status !== 0) response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('{}');
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
    expect(await isAlive(`${baseUrl}/${status}`, AbortSignal.timeout(5_000))).toBe(alive);
  });

  it('goes to the list of models, wherever a base URL ends', () => {
    const models = 'https://provider.test/v1/models';
    expect(probeUrl('selfhosted', 'https://provider.test/v1')).toBe(models);
    expect(probeUrl('anthropic', 'https://provider.test')).toBe(models);
  });

  it('takes silence for death', async () => {
    expect(await isAlive(`${baseUrl}/0`, AbortSignal.timeout(50))).toBe(false);
  });

  it('takes a refused connection for death', async () => {
    expect(await isAlive('http://127.0.0.1:1', AbortSignal.timeout(5_000))).toBe(false);
  });
});
