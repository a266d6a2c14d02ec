import { fstatSync } from 'node:fs';
import fs from 'node:fs/promises';

/** What the disk below a path has for this user. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await fs.statfs(path);
  return bavail * bsize;
}

/** The file that standard output is, by a name of the system's; undefined where it is none, or has no such name. */
export function outputFile(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return fstatSync(1).isFile() ? '/proc/self/fd/1' : undefined;
}
