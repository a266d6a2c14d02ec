import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StateDirectory } from '../state/state-directory.js';

/** A part of the state, and the least that it takes on a first start. */
export interface PartNeed {
  part: string;
  directory: string;
  bytes: number;
}

const MIB = 1024 ** 2;

/** Postgres' empty databases and its log of writes; two segments of each gateway's spool. */
export function needsOf(state: StateDirectory, gateways: number): PartNeed[] {
  return [
    { part: 'postgres', directory: state.postgres, bytes: 256 * MIB },
    { part: 'nats', directory: state.nats, bytes: 64 * MIB },
    { part: 'spool', directory: state.spool, bytes: 32 * MIB * gateways },
    { part: 'logs', directory: state.logs, bytes: 16 * MIB },
  ];
}

export interface Disk {
  /** The same for everything on one disk. */
  id: number;
  freeBytes: number;
}

/** The disk of a directory, which may still have to be made. */
export async function diskOf(directory: string): Promise<Disk> {
  for (let path = directory; ; path = dirname(path)) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined && path !== dirname(path)) continue;
    const { bavail, bsize } = await statfs(path);
    return { id: found?.dev ?? 0, freeBytes: bavail * bsize };
  }
}

export interface RoomLine {
  text: string;
  /** The disk has less than all the parts on it need. */
  isShort: boolean;
}

/** One line a part: what it needs at least, and what its disk has. */
export async function roomLines(
  needs: PartNeed[],
  disk: (directory: string) => Promise<Disk> = diskOf,
): Promise<RoomLine[]> {
  const parts = await Promise.all(
    needs.map(async (need) => ({ ...need, ...(await disk(need.directory)) })),
  );
  const neededOn = new Map<number, number>();
  for (const { id, bytes } of parts) neededOn.set(id, (neededOn.get(id) ?? 0) + bytes);
  return parts.map(({ part, directory, bytes, id, freeBytes }) => ({
    text: `${part.padEnd(10)}needs ${readable(bytes).padStart(8)}, has ${readable(freeBytes).padStart(8)}  ${directory}`,
    isShort: freeBytes < (neededOn.get(id) ?? 0),
  }));
}

function readable(bytes: number): string {
  const mib = Math.floor(bytes / MIB);
  return mib < 1024 ? `${mib} MiB` : `${(mib / 1024).toFixed(1)} GiB`;
}
