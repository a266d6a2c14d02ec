import { readFileSync } from 'node:fs';
import { newPart, type Part } from '../part.js';
import type { System } from '../system/open-system.js';

/** What could bring the memory of a process to a disk behind its back (docs/privacy/content.md). */
export async function lookAtMachine(system: System): Promise<Part> {
  const part = newPart('The machine');
  if (process.platform !== 'linux') {
    part.notProved.push('that memory stays off the disk (swap, core dumps): only Linux shows it');
    return part;
  }
  const swaps = read('/proc/swaps').trim().split('\n').length - 1;
  part.facts['swap areas'] = swaps;
  if (swaps > 0) part.notProved.push('that memory stays off the disk: this machine swaps');
  const { pids } = await system.reread();
  const dumping = Object.entries(pids)
    .filter(([, pid]) => !/^Max core file size\s+0\s/m.test(read(`/proc/${pid}/limits`)))
    .map(([name]) => name);
  part.facts['processes that may leave a core dump'] = dumping.length;
  part.facts['core pattern'] = read('/proc/sys/kernel/core_pattern').trim();
  if (dumping.length > 0)
    part.notProved.push(
      `that a crash leaves no memory on the disk: no limit of core dumps for ${dumping.join(', ')}`,
    );
  part.notProved.push('what is outside of this machine: pools, proxies, a collector of traces');
  return part;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
