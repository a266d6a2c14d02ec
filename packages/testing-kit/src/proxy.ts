import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy before a server, whose network can fall silent. */
export interface TestProxy {
  /** The server's URL with the proxy's port. */
  readonly url: string;
  /** Connections that were taken so far, and those that are open. */
  readonly taken: number;
  readonly open: number;
  /**
   * Nothing passes any more and nothing is closed, as when a cable is pulled; new connections are taken
   * and hear nothing. With `reading: false` the proxy also lets what is sent to it pile up.
   */
  swallow(options?: { reading?: boolean }): void;
  /** New connections pass again; those from before stay silent for ever. */
  forward(): void;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  server?: Socket;
}

/** Starts a proxy before the server of `url`; close it in `afterAll`. */
export async function testProxy(url: string): Promise<TestProxy> {
  const target = new URL(url);
  const pairs = new Set<Pair>();
  let taken = 0;
  let silent: { reading: boolean } | undefined;
  const listener = createServer((client) => {
    const pair: Pair = { client };
    pairs.add(pair);
    taken += 1;
    client.on('error', () => undefined);
    client.on('close', () => {
      pairs.delete(pair);
      pair.server?.destroy();
    });
    if (silent === undefined) pair.server = join(client, target);
    else silence(pair, silent);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const own = new URL(url);
  own.host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  return {
    url: own.href,
    get taken() {
      return taken;
    },
    get open() {
      return pairs.size;
    },
    swallow: ({ reading = true } = {}) => {
      silent = { reading };
      for (const pair of pairs) silence(pair, silent);
    },
    forward: () => {
      silent = undefined;
    },
    close: async () => {
      for (const { client } of pairs) client.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

function join(client: Socket, target: URL): Socket {
  const server = connect(Number(target.port), target.hostname);
  server.on('error', () => client.destroy());
  server.on('end', () => client.end());
  client.on('end', () => server.end());
  client.on('data', (data) => server.write(data));
  server.on('data', (data) => client.write(data));
  return server;
}

function silence({ client, server }: Pair, { reading }: { reading: boolean }): void {
  for (const socket of [client, server]) {
    socket?.removeAllListeners('data').removeAllListeners('end');
    if (reading) socket?.resume();
    else socket?.pause();
  }
}
