import { randomUUID } from 'node:crypto';
import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { makeRunDirectory } from './run-directory.mjs';

/** Settings for data that are thrown away. */
const POSTGRES_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** The nats-servers of a run, one for each test file that asks, all under one guard. */
class NatsServers {
  #directory;
  #stack;
  #running = new Map();

  constructor(directory) {
    this.#directory = directory;
  }

  async #shared() {
    const stack = await import('@modelbridge/local-stack');
    return {
      stack,
      guard: new stack.SharedGuard(this.#directory),
      binary: await stack.findNatsServer(),
    };
  }

  async start(options) {
    this.#stack ??= this.#shared();
    const { stack, guard, binary } = await this.#stack;
    const port = options.port ?? (await stack.freePort());
    const server = await stack.startNats({ ...options, port, guard, binary });
    this.#running.set(server.url, server);
    return { url: server.url, port };
  }

  async stop(url) {
    const server = this.#running.get(url);
    this.#running.delete(url);
    await server?.stop();
    return {};
  }

  async end() {
    const shared = await this.#stack?.catch(() => undefined);
    await shared?.guard.end();
  }
}

async function bodyOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString() || '{}');
}

/**
 * What all test files of one jest run share: a directory, which is also where they find their temporary
 * one, a Postgres that is started when a test first asks for it, and who starts nats-servers for them. All end
 * with this process, also when it is killed.
 */
export async function startRun() {
  const { directory, remove } = await makeRunDirectory();
  let starting;

  async function startPostgres() {
    const stack = await import('@modelbridge/local-stack');
    return stack.startPostgres({
      dataDir: join(directory, 'postgres'),
      port: await stack.freePort(),
      logFile: join(directory, 'postgres.log'),
      settings: POSTGRES_SETTINGS,
    });
  }

  const nats = new NatsServers(directory);
  const secret = randomUUID();
  const answers = {
    [`/${secret}/postgres`]: async () => ({ url: (await (starting ??= startPostgres())).url }),
    [`/${secret}/nats/start`]: (options) => nats.start(options),
    [`/${secret}/nats/stop`]: ({ url }) => nats.stop(url),
  };
  const broker = createServer((request, response) => {
    // A kept connection might be closed just when the next test file asks on it.
    response.setHeader('connection', 'close');
    const answer = answers[request.url];
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    bodyOf(request)
      .then(answer)
      .then(
        (answered) => response.end(JSON.stringify(answered)),
        (error) => response.writeHead(500).end(String(error?.message ?? error)),
      );
  });
  await new Promise((resolve) => broker.listen(0, '127.0.0.1', resolve));
  broker.unref();

  return {
    environment: {
      TMPDIR: directory,
      MODELBRIDGE_TEST_DIR: directory,
      MODELBRIDGE_TEST_SERVERS: `http://127.0.0.1:${broker.address().port}/${secret}`,
    },
    async stop() {
      broker.close();
      await nats.end();
      const postgres = await starting?.catch(() => undefined);
      await postgres?.stop();
      await remove();
    },
  };
}
