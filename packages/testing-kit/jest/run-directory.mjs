import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const PREFIX = 'modelbridge-test-';
const REAPER = fileURLToPath(new URL('reaper.mjs', import.meta.url));

/** Above what any guard gives its server to stop. */
const GUARDS_END_MS = 60_000;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function startReaper(directory) {
  const reaper = spawn(process.execPath, [REAPER], {
    detached: true,
    // Not as an argument: a command line that names the directory is waited for.
    env: { PATH: process.env.PATH, MODELBRIDGE_TEST_DIR: directory },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  reaper.unref();
  reaper.channel.unref();
  return reaper;
}

/** A run that was killed together with its reaper could not remove its directory. */
async function removeLeftOvers() {
  for (const entry of await readdir(tmpdir())) {
    const pid = entry.startsWith(PREFIX) ? Number.parseInt(entry.slice(PREFIX.length), 10) : NaN;
    if (!Number.isNaN(pid) && !isAlive(pid)) startReaper(join(tmpdir(), entry)).disconnect();
  }
}

/**
 * A directory for everything that a run writes. It goes when this process asks for it or ends, however it
 * ends: a reaper watches the channel between the two.
 */
export async function makeRunDirectory() {
  await removeLeftOvers();
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // As root, Postgres runs as another user, who must be able to pass.
  await chmod(directory, 0o711);
  const reaper = startReaper(directory);
  const reaped = once(reaper, 'exit');
  return {
    directory,
    async remove() {
      reaper.ref();
      if (reaper.connected) reaper.disconnect();
      await reaped;
    },
  };
}

/** Removes a run's directory once every server in it has ended: their guards have noticed the end of the run. */
export async function removeRunDirectory(directory) {
  const { guardsNaming, poll, removeDataDirectory } = await import('@modelbridge/local-stack');
  await poll(() => guardsNaming(directory).length === 0, GUARDS_END_MS);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  for (const link of entries.filter((entry) => entry.isSymbolicLink())) {
    // Data of a Postgres whose user cannot enter the place that they were to have.
    await removeDataDirectory(join(link.parentPath ?? link.path, link.name));
  }
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** Resolves when the run of a jest process that has ended has left nothing behind. */
export async function runIsRemoved(pid) {
  const { poll } = await import('@modelbridge/local-stack');
  const prefix = `${PREFIX}${pid}-`;
  await poll(
    async () => !(await readdir(tmpdir())).some((entry) => entry.startsWith(prefix)),
    GUARDS_END_MS + 5_000,
  );
}
