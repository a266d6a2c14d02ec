import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { acceptMore } from './more-listeners.js';

describe('a server with more listeners', () => {
  it('accepts several connections a turn, serves each, and none once it is closed', async () => {
    const server = createServer((_req, res) => res.end('served'));
    let accepted = 0;
    server.on('connection', () => (accepted += 1));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await acceptMore(server, 3);

    const sockets = Array.from({ length: 12 }, () => connect(port, '127.0.0.1'));
    const inTurns: number[] = [];
    while (accepted < sockets.length) {
      const before = accepted;
      await turn();
      inTurns.push(accepted - before);
    }
    expect(Math.max(...inTurns)).toBe(4);

    for (const socket of sockets) {
      socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
      expect(String((await once(socket, 'data'))[0])).toContain('200 OK');
      socket.destroy();
    }
    server.close();
    await once(server, 'close');
    const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [Error];
    expect(error.message).toContain('ECONNREFUSED');
  });
});
