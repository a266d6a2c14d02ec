import { spawnSync } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { commandOf } from '../process/process-info.js';

const UNKNOWN = 'another process';
const TCP_LISTEN = '0A';

async function listeningInodes(port: number): Promise<Set<string>> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n').slice(1);
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(suffix) && fields[3] === TCP_LISTEN && fields[9])
        inodes.add(fields[9]);
    }
  }
  return inodes;
}

async function holdsAny(pid: string, inodes: Set<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

function describe(pid: number): string {
  const command = commandOf(pid);
  return command === undefined || command === ''
    ? `process ${pid}`
    : `process ${pid} (${command.slice(0, 80)})`;
}

/** Who listens on a port, in words; "another process" where the system does not tell. */
export async function holderOf(port: number): Promise<string> {
  if (process.platform !== 'linux') {
    const lsof = spawnSync('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], {
      encoding: 'utf8',
    });
    const pid = Number.parseInt(lsof.stdout ?? '', 10);
    return Number.isNaN(pid) ? UNKNOWN : describe(pid);
  }
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return UNKNOWN;
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await holdsAny(entry, inodes))) return describe(Number(entry));
  }
  return UNKNOWN;
}
