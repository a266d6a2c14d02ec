import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/**
 * What processes and their children have open to write to, besides sockets and devices, as paths that can be read
 * also where the file has no name any more. Linux only: elsewhere there are none to be found.
 */
export function openFilesOf(pids: readonly number[]): string[] {
  const files: string[] = [];
  for (const pid of withChildren(pids)) {
    const directory = `/proc/${pid}/fd`;
    for (const fd of listed(directory)) {
      const path = `${directory}/${fd}`;
      if (isWrittenFile(pid, fd, path)) files.push(path);
    }
    files.push(...sharedMemoryOf(pid));
  }
  return files;
}

/** Segments in /dev/shm that are mapped and need not be open. */
function sharedMemoryOf(pid: number): string[] {
  try {
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
    return [...new Set([...maps.matchAll(/\s(\/dev\/shm\/\S+)$/gm)].map(([, path]) => path!))];
  } catch {
    return [];
  }
}

function isWrittenFile(pid: number, fd: string, path: string): boolean {
  try {
    const target = readlinkSync(path);
    const isDevice = target.startsWith('/dev/') && !target.startsWith('/dev/shm/');
    if (!target.startsWith('/') || isDevice) return false;
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1];
    return (parseInt(flags ?? '0', 8) & 3) !== 0 && statSync(path).isFile();
  } catch {
    // It was closed meanwhile.
    return false;
  }
}

function withChildren(pids: readonly number[]): Set<number> {
  const all = new Set(pids);
  for (const name of listed('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parents: number[] = [];
    for (let pid = Number(name); pid > 1 && !all.has(pid); pid = parentOf(pid)) parents.push(pid);
    const last = parents.at(-1);
    if (last !== undefined && all.has(parentOf(last))) for (const pid of parents) all.add(pid);
  }
  return all;
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function listed(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
