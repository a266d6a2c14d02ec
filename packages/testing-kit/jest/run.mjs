import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { makeRunDirectory } from './run-directory.mjs';

/** Settings for data that are thrown away. */
const POSTGRES_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * What all test files of one jest run share: a directory, which is also where they find their temporary
 * one, and a Postgres that is started when a test first asks for it. Both end with this process, also when
 * it is killed.
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

  const path = `/${randomUUID()}/postgres`;
  const broker = createServer((request, response) => {
    // A kept connection might be closed just when the next test file asks on it.
    response.setHeader('connection', 'close');
    if (request.url !== path) {
      response.writeHead(404).end();
      return;
    }
    starting ??= startPostgres();
    starting.then(
      ({ url }) => response.end(url),
      (error) => response.writeHead(500).end(String(error?.message ?? error)),
    );
  });
  await new Promise((resolve) => broker.listen(0, '127.0.0.1', resolve));
  broker.unref();

  return {
    environment: {
      TMPDIR: directory,
      MODELBRIDGE_TEST_DIR: directory,
      MODELBRIDGE_TEST_POSTGRES: `http://127.0.0.1:${broker.address().port}${path}`,
    },
    async stop() {
      broker.close();
      const postgres = await starting?.catch(() => undefined);
      await postgres?.stop();
      await remove();
    },
  };
}
