import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isNatsUser, natsUserEntries, type NatsUser } from '@modelbridge/contracts/access';
import { askRun, temporaryDirectory } from './run-directory.js';

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

/** Starts a nats-server with a user for each service; it ends with the run at the latest; stop it in `afterAll`. */
export async function testNats(): Promise<TestNats> {
  const directory = await temporaryDirectory('nats');
  const options = {
    dataDir: join(directory, 'store'),
    passwordFile: join(directory, 'password'),
    users: natsUserEntries(passwordOf),
  };
  const { url, port } = await askRun<{ url: string; port: number }>('nats/start', options);
  let runs = true;
  const stop = async (): Promise<void> => {
    await askRun('nats/stop', { url });
    runs = false;
  };
  const start = async (): Promise<void> => {
    if (!runs) await askRun('nats/start', { ...options, port });
    runs = true;
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
