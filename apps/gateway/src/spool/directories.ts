import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rm, statfs, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';

const sliceBytes = 256 * 1024;

/**
 * Gives back, of every directory that nobody holds, what a dead gateway had reserved and never wrote: a start
 * that died early leaves nothing else, and is removed as a whole. To be called before anything is reserved.
 */
export async function reclaimLeftovers(root: string): Promise<void> {
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const dir = join(root, entry.name);
    const lock = entry.isDirectory() && existsSync(dir) ? lockDirectory(dir) : null;
    if (!lock) continue;
    try {
      if ((await trimSegments(dir)) === 0) await rm(dir, { recursive: true, force: true });
    } finally {
      lock.release();
    }
  }
}

/** A directory for a new epoch. Another gateway may take it for a dead one's before it is locked. */
export async function newDirectory(root: string): Promise<{ epoch: string; lock: DirectoryLock }> {
  for (;;) {
    const epoch = randomUUID();
    const dir = join(root, epoch);
    await mkdir(dir, { mode: 0o700 });
    const lock = existsSync(dir) ? lockDirectory(dir) : null;
    if (lock && existsSync(dir)) return { epoch, lock };
    lock?.release();
  }
}

/** What a spool on a full disk tells whoever has to make room. */
export async function describeRoom(root: string, needed: number): Promise<string> {
  const { bavail, bsize } = await statfs(root);
  const dead = (await readdir(root, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  return (
    `there is no room in SPOOL_DIR ${root}: ${mebibytes(bavail * bsize)} are free, a gateway needs ` +
    `${mebibytes(needed)}, and ${dead.length} directories of other gateways are there. Make room on the disk; ` +
    'what those hold is usage that is not charged yet, and must not be deleted'
  );
}

/** The number of bytes that were written, when everything behind them is cut off. */
async function trimSegments(dir: string): Promise<number> {
  let total = 0;
  for (const name of (await readdir(dir)).filter((file) => file.endsWith('.segment'))) {
    const path = join(dir, name);
    const written = await writtenBytes(path);
    if (written === 0) await rm(path);
    else await truncate(path, written);
    total += written;
  }
  return total;
}

/** A frame ends in JSON, never in a zero: from the last other byte on nothing was ever written. */
async function writtenBytes(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(sliceBytes);
    let { size: end } = await file.stat();
    while (end > 0) {
      const from = Math.max(0, end - sliceBytes);
      const { bytesRead } = await file.read(buffer, 0, end - from, from);
      const last = buffer.subarray(0, bytesRead).findLastIndex((byte) => byte !== 0);
      if (last >= 0) return from + last + 1;
      end = from;
    }
    return 0;
  } finally {
    await file.close();
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}
