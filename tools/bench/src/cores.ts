import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** Lists of CPUs as taskset takes them: one for what is measured, the others for everything else. */
interface Placement {
  measured: string;
  others: string;
}

const run = promisify(execFile);

async function placement(): Promise<Placement | undefined> {
  try {
    await run('taskset', ['--version']);
  } catch {
    return undefined;
  }
  const status = readFileSync('/proc/self/status', 'utf8');
  const [measured, ...others] = cpusOf(/^Cpus_allowed_list:\s+(\S+)/m.exec(status)?.[1] ?? '');
  if (measured === undefined || others.length === 0) return undefined;
  return { measured: String(measured), others: others.join(',') };
}

function cpusOf(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

const move = (pid: number, cpus: string) =>
  run('taskset', ['--all-tasks', '--cpu-list', '--pid', cpus, String(pid)]);

export interface Cores {
  description: string;
  /** Gives a process the core that only measured processes run on. */
  pinMeasured(pid: number): Promise<void>;
}

/**
 * Keeps one core for what is measured: this process and all it starts from now on stay off it. Without
 * taskset or a second core everything runs everywhere.
 */
export async function reserveCore(): Promise<Cores> {
  const cpus = await placement();
  if (!cpus) {
    return { description: 'nothing is pinned', pinMeasured: () => Promise.resolve() };
  }
  await move(process.pid, cpus.others);
  return {
    description: `what is measured has CPU ${cpus.measured}, everything else ${cpus.others}`,
    pinMeasured: async (pid) => void (await move(pid, cpus.measured)),
  };
}
