import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const PREFIX = 'modelbridge-test-';

/** Settings for data that are thrown away. */
const POSTGRES_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** A run that was killed could not remove its directory. */
async function removeLeftOvers() {
  for (const entry of await readdir(tmpdir())) {
    const pid = entry.startsWith(PREFIX) ? Number.parseInt(entry.slice(PREFIX.length), 10) : NaN;
    if (!Number.isNaN(pid) && !isAlive(pid)) {
      await rm(join(tmpdir(), entry), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/**
 * What all test files of one jest run share: a directory, and a Postgres that is started when a test first
 * asks for it. The server belongs to this process and ends with it, also when it is killed.
 */
export async function startRun() {
  await removeLeftOvers();
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const dataDir = join(directory, 'postgres');
  let starting;

  async function startPostgres() {
    const stack = await import('@modelbridge/local-stack');
    return stack.startPostgres({
      dataDir,
      port: await stack.freePort(),
      logFile: join(directory, 'postgres.log'),
      settings: POSTGRES_SETTINGS,
    });
  }

  const path = `/${randomUUID()}/postgres`;
  const broker = createServer((request, response) => {
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
      MODELBRIDGE_TEST_DIR: directory,
      MODELBRIDGE_TEST_POSTGRES: `http://127.0.0.1:${broker.address().port}${path}`,
    },
    async stop() {
      broker.close();
      const postgres = await starting?.catch(() => undefined);
      if (postgres !== undefined) {
        await postgres.stop();
        const { removeDataDirectory } = await import('@modelbridge/local-stack');
        await removeDataDirectory(dataDir);
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}
