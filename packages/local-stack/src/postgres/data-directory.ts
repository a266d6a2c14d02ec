import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { commandOf, isRunning } from '../process/process-info.js';
import { terminate } from '../process/terminate.js';
import { canEnter, type SystemUser } from '../process/unprivileged-user.js';
import type { PostgresBinaries } from './binaries.js';
import { assertWhole, runnerOf } from './data-problems.js';
import { sharedDirectory } from './shared-directory.js';

export const SUPERUSER = 'postgres';

/** Nothing of the caller's environment but this: PGPORT and the like must not reach our server. */
export const SERVER_ENVIRONMENT = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };

async function isSymlink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() ?? false;
}

/** The user to run as; `user` where there are no data yet. */
export async function ownerOf(
  dataDir: string,
  user: SystemUser | undefined,
): Promise<SystemUser | undefined> {
  const owner = await stat(join(dataDir, 'PG_VERSION')).catch(() => undefined);
  return owner ? runnerOf(dataDir, owner, user, process.getuid?.()) : user;
}

async function placeFor(dataDir: string, user: SystemUser | undefined): Promise<string> {
  await mkdir(dirname(dataDir), { recursive: true });
  if (await isSymlink(dataDir)) {
    if (existsSync(dataDir)) return realpath(dataDir);
    await rm(dataDir);
  }
  if (!user || canEnter(dirname(dataDir), user)) return dataDir;
  const shared = await sharedDirectory(dirname(dataDir), user);
  const place = join(await mkdtemp(join(shared, 'data-')), 'data');
  await chown(dirname(place), user.uid, user.gid);
  await symlink(place, dataDir);
  return place;
}

function run(command: string, args: string[], user: SystemUser | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${basename(command)} failed: ${output.trim()}`));
    });
  });
}

async function initialise(
  place: string,
  binaries: PostgresBinaries,
  password: string,
  user: SystemUser | undefined,
): Promise<void> {
  const draft = `${place}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const passwordDir = await mkdtemp(join(tmpdir(), 'modelbridge-'));
  const passwordFile = join(passwordDir, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) {
    for (const path of [draft, passwordDir, passwordFile]) await chown(path, user.uid, user.gid);
  }
  try {
    await run(
      binaries.initdb,
      [
        `--pgdata=${draft}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      user,
    );
    await rename(draft, place);
  } finally {
    await rm(passwordDir, { recursive: true, force: true });
  }
}

/**
 * Makes the data ready to be served and says where they really are: in `dataDir`, or, where the
 * server's user cannot enter that path, outside the checkout behind a symbolic link.
 */
export async function prepareDataDirectory(
  dataDir: string,
  binaries: PostgresBinaries,
  password: string,
  user: SystemUser | undefined,
): Promise<string> {
  const place = await placeFor(dataDir, user);
  if (existsSync(join(place, 'PG_VERSION'))) assertWhole(place);
  else await initialise(place, binaries, password, user);
  return place;
}

/**
 * Ends a server that still runs on the data after its guard and launcher were both killed, and
 * removes its lock file: Postgres believes any process of its user with that pid to be a server.
 */
export async function releaseDataDirectory(place: string): Promise<void> {
  const lockFile = join(place, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10);
  if (Number.isNaN(pid)) return;
  if (isRunning(pid) && commandOf(pid)?.includes(place)) await terminate(pid, 'SIGINT', 10_000);
  await rm(lockFile, { force: true });
}

/** Deletes the data, also where they lie outside the checkout. A server left running on them is stopped. */
export async function removeDataDirectory(dataDir: string): Promise<void> {
  const place = await realpath(dataDir).catch(() => dataDir);
  await releaseDataDirectory(place);
  if (place !== dataDir && (await isSymlink(dataDir))) {
    await rm(dirname(place), { recursive: true, force: true });
  }
  await rm(dataDir, { recursive: true, force: true });
}
