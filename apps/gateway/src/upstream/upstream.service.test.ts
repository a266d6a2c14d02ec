import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CatalogEndpoint } from '../catalog/routing-table.js';
import type { GatewayConfig } from '../config.js';
import { maxAtOnce } from './body-in-turns.js';
import { UpstreamService } from './upstream.service.js';

describe('a call upstream', () => {
  let server: Server;
  let upstream: UpstreamService;
  let answer: (req: IncomingMessage, res: ServerResponse) => void;
  beforeEach(async () => {
    server = createServer((req, res) => answer(req, res)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    upstream = new UpstreamService({ OPENAI_API_KEY: 'key' } as GatewayConfig);
  });
  afterEach(async () => {
    await upstream.onApplicationShutdown();
    server.closeAllConnections();
    server.close();
  });

  /** The status of the reply, and its bytes. */
  function call(body: Buffer): Promise<{ status: number; text: string }> {
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    const endpoint = { provider: 'openai', origin, basePath: '/v1' } as CatalogEndpoint;
    const request = { format: 'chat' as const, stream: false, body, headers: ['x-own', 'yes'] };
    return new Promise((resolve, reject) => {
      let status = 0;
      let text = '';
      upstream.send(endpoint, request, {
        onHead: (head) => (status = head.status),
        onData: (chunk) => (text += chunk.toString()),
        onEnd: () => resolve({ status, text }),
        onError: reject,
      });
    });
  }

  it.each([100, maxAtOnce, 5 * maxAtOnce + 3])(
    'sends all of a body of %d bytes with its length',
    async (length) => {
      const body = Buffer.alloc(length, 'abcdefg');
      let received: Buffer | undefined;
      answer = (req, res) =>
        void buffer(req).then((bytes) => {
          received = bytes;
          const { 'content-length': own, 'transfer-encoding': coding, 'x-own': x } = req.headers;
          res.end(`${own} ${coding} ${String(x)}`);
        });
      expect(await call(body)).toEqual({ status: 200, text: `${length} undefined yes` });
      expect(received!.equals(body)).toBe(true);
    },
  );

  it('takes an answer that comes before the body was read, and calls again after it', async () => {
    answer = (_req, res) => void res.writeHead(400).end('no');
    const body = Buffer.alloc(20 * 1024 * 1024);
    expect(await call(body)).toEqual({ status: 400, text: 'no' });
    answer = (req, res) => void buffer(req).then(() => res.end('yes'));
    expect(await call(body)).toEqual({ status: 200, text: 'yes' });
  });
});
