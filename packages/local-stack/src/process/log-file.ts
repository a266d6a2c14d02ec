import { closeSync, openSync } from 'node:fs';

/** Nothing of a process depends on its log: where the file cannot be opened, as on a full disk, it has none. */
const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

/** Runs `use` with a descriptor that appends to the log, or with 'ignore' where there is no room for one. */
export function withLogFile<T>(path: string | undefined, use: (log: number | 'ignore') => T): T {
  const log = path === undefined ? 'ignore' : opened(path);
  try {
    return use(log);
  } finally {
    if (log !== 'ignore') closeSync(log);
  }
}

function opened(path: string): number | 'ignore' {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    if (noRoom.has((error as NodeJS.ErrnoException).code ?? '')) return 'ignore';
    throw error;
  }
}
