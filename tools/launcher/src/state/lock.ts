import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isRunning, startTimeOf } from '@modelbridge/local-stack';

interface Holder {
  pid: number;
  /** Tells a later process with the same pid apart. */
  startTime: string | undefined;
}

/** Another launcher runs on the same state. */
export class StateInUseError extends Error {
  constructor(
    readonly pid: number,
    stateRoot: string,
  ) {
    super(`A stack is running on ${stateRoot} (launcher pid ${pid}).`);
    this.name = 'StateInUseError';
  }
}

/** The launcher that holds the lock, or undefined when nobody does: a lock left by a dead one is void. */
export async function lockHolder(lockFile: string): Promise<number | undefined> {
  let holder: Holder;
  try {
    holder = JSON.parse(await readFile(lockFile, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
  const alive = isRunning(holder.pid) && startTimeOf(holder.pid) === holder.startTime;
  return alive ? holder.pid : undefined;
}

/** Takes the state for this process until the returned function is called. Throws StateInUseError. */
export async function takeLock(lockFile: string): Promise<() => Promise<void>> {
  await mkdir(dirname(lockFile), { recursive: true });
  const own: Holder = { pid: process.pid, startTime: startTimeOf(process.pid) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await writeFile(lockFile, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
      return () => rm(lockFile, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 3) throw error;
    }
    const holder = await lockHolder(lockFile);
    if (holder !== undefined) throw new StateInUseError(holder, dirname(lockFile));
    await rm(lockFile, { force: true });
  }
}
