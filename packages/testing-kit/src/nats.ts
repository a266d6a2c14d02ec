import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startNats, type RunningNats } from '@modelbridge/local-stack';
import { temporaryDirectory } from './run-directory.js';

/** A real nats-server with JetStream for one test file. */
export interface TestNats {
  /** With user and password; the same after a restart. */
  readonly url: string;
  stop(): Promise<void>;
  /** Starts the server again on its port, with what it stored. */
  start(): Promise<void>;
  /** Stops the server and starts it with an empty store, as after the loss of a disk. */
  restartEmpty(): Promise<void>;
}

/** Starts a nats-server that ends with the test's process; stop it in `afterAll`. */
export async function testNats(): Promise<TestNats> {
  const directory = await temporaryDirectory('nats');
  const options = {
    dataDir: join(directory, 'store'),
    passwordFile: join(directory, 'password'),
    port: await freePort(),
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
    stop,
    start,
    restartEmpty: async () => {
      await stop();
      await rm(options.dataDir, { recursive: true, force: true });
      await start();
    },
  };
}
