import { spawn, type SendHandle } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** What a server listens with, which Node gives no public name. */
type Listening = Server & { readonly _handle: unknown };

/** Sends what it is given back so many times, and ends. What comes back has a descriptor of its own. */
const copier = `process.on('message', (copies, handle) => {
  const send = (left) => left === 0 ? process.disconnect() : process.send('', handle, () => send(left - 1));
  send(copies);
})`;

/**
 * Has a server accept so many more connections in each turn of the event loop. libuv accepts one a turn and
 * listener: while turns are long, whoever connects would wait behind all who connected before, for seconds. Node
 * cannot listen twice on a socket of one process, nor copy it, but by way of another one. Resolves once it is done;
 * until then, and where it is not possible, the server accepts one.
 */
export async function acceptMore(server: Server, more: number): Promise<void> {
  const copies: Server[] = [];
  const close = server.close.bind(server);
  server.close = (done) => {
    for (const copy of copies) copy.close();
    return close(done);
  };
  // Nothing of the environment, which has secrets.
  const child = spawn(process.execPath, ['-e', copier], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {},
  });
  const ended = once(child, 'exit');
  child.on('message', (_message, handle) => {
    const copy = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => {
      server.emit('connection', socket);
    });
    if (server.listening) copies.push(copy.listen(handle));
    else copy.listen(handle, () => copy.close());
  });
  // Where it cannot be sent, the child has ended or does so without copies.
  child.send(more, (server as Listening)._handle as SendHandle, () => undefined);
  await ended;
  if (copies.length < more && server.listening) {
    throw new Error(`${copies.length} of ${more} listeners more were made`);
  }
}
