import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendFile } from './send-file.js';

type Pieces = AsyncIterable<{ data: Uint8Array }>;

describe('a file', () => {
  const server = createServer();
  let limits = { fileBeginsMs: 30_000, fileStallMs: 30_000 };
  let pieces: Pieces;
  let sent: Promise<unknown>;

  beforeEach(async () => {
    server.removeAllListeners('request');
    const asked = new Promise<[IncomingMessage, ServerResponse]>((resolve) => {
      server.once('request', (request, raw) => resolve([request, raw]));
    });
    sent = asked.then(([request, raw]) => {
      const reply = { raw, hijack: () => undefined } as unknown as FastifyReply;
      const file = { name: 'f', mediaType: 'text/plain', isCompressed: true, pieces };
      return sendFile(request as unknown as FastifyRequest, reply, file, limits);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const ask = () => get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });

  it('whose writer says nothing is answered with 503', async () => {
    limits = { fileBeginsMs: 50, fileStallMs: 30_000 };
    pieces = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
    };
    ask().on('error', () => undefined);
    await expect(sent).rejects.toMatchObject({ status: 503, code: 'service_unavailable' });
  });

  it('of which the caller takes nothing is cut off', async () => {
    limits = { fileBeginsMs: 30_000, fileStallMs: 200 };
    const data = Buffer.alloc(1 << 20);
    pieces = (async function* () {
      for (;;) yield { data: await Promise.resolve(data) };
    })();
    const request = ask().on('error', () => undefined);
    request.on('response', (reply) => reply.on('error', () => undefined).pause());
    await expect(sent).resolves.toBeUndefined();
  });

  it('whose writer pauses is sent whole', async () => {
    limits = { fileBeginsMs: 30_000, fileStallMs: 200 };
    pieces = (async function* () {
      yield { data: Buffer.from('a') };
      await delay(1_000);
      yield { data: Buffer.from('b') };
    })();
    const text = await new Promise<string>((resolve, reject) => {
      ask().on('response', (reply) => {
        let all = '';
        reply.on('data', (chunk) => (all += String(chunk)));
        reply.on('end', () => resolve(all)).on('error', reject);
      });
    });
    expect(text).toBe('ab');
  });
});
