import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, it, jest } from '@jest/globals';
import { SlowSenders } from './slow-senders.js';

const deliveredMs = 40;
const limits = { bodyCheckMs: 20, minBodyBytesPerCheck: 1_000 };

afterEach(() => {
  jest.restoreAllMocks();
});

/** Nothing else happens in this process meanwhile, while the kernel delivers what was sent. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('takes nobody for slow whose bytes we have not read yet', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[received]] = (await Promise.all([
    once(server, 'connection'),
    once(sender, 'connect'),
  ])) as [[Socket], unknown];
  // Checks come when the test says so, however late this process is on a busy machine.
  const timer = jest.spyOn(globalThis, 'setInterval').mockReturnValue(setTimeout(() => undefined));
  const senders = new SlowSenders(limits);
  let slow = 0;
  const watched = senders.watch(() => (slow += 1));
  received.on('data', (chunk: Buffer) => (watched.received += chunk.length));
  // Each time the check is due before what was sent has been read.
  for (let sent = 0; sent < 3; sent += 1) {
    sender.write(Buffer.alloc(limits.minBodyBytesPerCheck));
    block(deliveredMs);
    timer.mock.calls[0]?.[0]();
    await turn();
    await turn();
  }
  expect(watched.received).toBe(3 * limits.minBodyBytesPerCheck);
  expect(slow).toBe(0);
  senders.forget(watched);
  sender.destroy();
  server.close();
});
