import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NATS_RELEASE } from './releases.js';

const DOWNLOAD_TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/** Throws unless the archive is the one whose checksum is pinned. */
export function verifyChecksum(archive: Uint8Array, expected: string): void {
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) {
    throw new Error(`its SHA-256 is ${actual}, not the pinned ${expected}; nothing was installed`);
  }
}

/** Puts `nats-server` of the project's own release into `directory`. */
export async function installFromRelease(directory: string): Promise<void> {
  const target = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const expected = NATS_RELEASE.sha256[target];
  if (expected === undefined) throw new Error(`no checksum is pinned for ${target}`);
  const url = NATS_RELEASE.archive(NATS_RELEASE.version, target);
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const archive = new Uint8Array(await response.arrayBuffer());
  verifyChecksum(archive, expected);
  const archiveFile = join(directory, 'archive.tar.gz');
  await writeFile(archiveFile, archive);
  await run('tar', ['-xzf', archiveFile, '-C', directory]);
  const unpacked = `nats-server-v${NATS_RELEASE.version}-${target}`;
  await rename(join(directory, unpacked, 'nats-server'), join(directory, 'nats-server'));
}
