import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { assertPortFree, freePort } from './ports.js';

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

async function listen(host: string): Promise<number> {
  const listening = createServer();
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, host, resolve));
  return (listening.address() as { port: number }).port;
}

describe('freePort', () => {
  it('gives two who ask at once different ports, which no outgoing connection is given', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, freePort));
    expect(new Set(ports).size).toBe(20);
    for (const port of ports) expect(port).toBeLessThan(32_768);
  });
});

describe('assertPortFree', () => {
  it('accepts a free port', async () => {
    await expect(assertPortFree(await freePort(), 'gateway')).resolves.toBeUndefined();
  });

  it.each(['127.0.0.1', '0.0.0.0'])(
    'names the port, the part and who listens on %s',
    async (host) => {
      const port = await listen(host);
      await expect(assertPortFree(port, 'gateway')).rejects.toThrow(
        new RegExp(`^Port ${port} \\(gateway\\) is taken by process ${process.pid} \\(.+\\)\\.$`),
      );
    },
  );
});
