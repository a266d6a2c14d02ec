import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Fields of /proc/<pid>/stat after the command name, which may itself hold spaces and brackets. */
function procStat(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string | undefined {
  const result = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** Whether the process runs. A zombie does not: under a container's init it may never be reaped. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const state = process.platform === 'linux' ? procStat(pid)?.[0] : ps(pid, 'stat')?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** The command line of a process, or undefined when it cannot be read. */
export function commandOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'command');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return undefined;
  }
}

/** The command line of every process that can be seen. */
export function commandsOfAll(): { pid: number; command: string }[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc').flatMap((entry) => {
      const pid = /^\d+$/.test(entry) ? Number(entry) : undefined;
      const command = pid === undefined ? undefined : commandOf(pid);
      return pid === undefined || command === undefined ? [] : [{ pid, command }];
    });
  }
  const { stdout } = spawnSync('ps', ['-Awwo', 'pid=,command='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || command === undefined ? [] : [{ pid: Number(pid), command }];
  });
}

/** A value that differs between two processes which had the same pid one after the other. */
export function startTimeOf(pid: number): string | undefined {
  return process.platform === 'linux' ? procStat(pid)?.[19] : ps(pid, 'lstart');
}
