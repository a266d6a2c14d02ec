import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isNatsUser, natsUserEntries, type NatsUser } from '@modelbridge/contracts/access';
import { freePort, startNats, type RunningNats } from '@modelbridge/local-stack';
import { temporaryDirectory } from './run-directory.js';

/** A real nats-server with JetStream for one test file. */
export interface TestNats {
  /** Of a user who may do everything; the same after a restart. */
  readonly url: string;
  /** Of a service's own user; of the one who may do everything where it has none. */
  urlOf(service: string): string;
  stop(): Promise<void>;
  /** Starts the server again on its port, with what it stored. */
  start(): Promise<void>;
  /** Stops the server and starts it with an empty store, as after the loss of a disk. */
  restartEmpty(): Promise<void>;
}

const passwordOf = (user: NatsUser): string => JSON.stringify(`password-of-${user}`);

function urlFor(url: string, user: NatsUser): string {
  const own = new URL(url);
  own.username = user;
  own.password = `password-of-${user}`;
  return own.href;
}

/** Starts a nats-server with a user for each service; it ends with the test's process; stop it in `afterAll`. */
export async function testNats(): Promise<TestNats> {
  const directory = await temporaryDirectory('nats');
  const options = {
    dataDir: join(directory, 'store'),
    passwordFile: join(directory, 'password'),
    port: await freePort(),
    users: natsUserEntries(passwordOf),
  };
  let server: RunningNats | undefined = await startNats(options);
  const { url } = server;
  const stop = async (): Promise<void> => {
    await server?.stop();
    server = undefined;
  };
  const start = async (): Promise<void> => {
    server ??= await startNats(options);
  };
  return {
    url,
    urlOf: (service) => (isNatsUser(service) ? urlFor(url, service) : url),
    stop,
    start,
    restartEmpty: async () => {
      await stop();
      await rm(options.dataDir, { recursive: true, force: true });
      await start();
    },
  };
}
