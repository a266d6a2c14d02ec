import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from 'fs-native-extensions';

/** A directory held by this process; the kernel lets go of it when the process ends, however it ends. */
export interface DirectoryLock {
  release(): void;
}

/** Takes the directory, or returns null when another holder has it. */
export function lockDirectory(dir: string): DirectoryLock | null {
  const fd = openSync(join(dir, 'lock'), 'a+');
  if (!tryLock(fd)) {
    closeSync(fd);
    return null;
  }
  return { release: () => closeSync(fd) };
}
