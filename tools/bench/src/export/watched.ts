import { longestBlockMs } from '../event-loop.js';
import { fixed } from '../figures.js';
import { cpuMicroseconds, residentBytes } from '../processes.js';
import { pidOf, type Stack } from '../stack.js';

const SAMPLE_MS = 20;
const MEBIBYTE = 1024 * 1024;

export const watchedTitles = ['CPU s', 'MiB before', 'MiB at most', 'longest block ms'];

/** What a process took while something ran: its CPU, its memory before and at most, its event loop's longest block. */
export async function watched<T>(
  stack: Stack,
  service: string,
  run: () => Promise<T>,
): Promise<{ result: T; took: string[] }> {
  const pid = pidOf(stack, service);
  const memory = (): number => residentBytes(pid) ?? 0;
  const cpu = (): number => cpuMicroseconds(pid) ?? 0;
  await longestBlockMs(stack, service);
  const before = memory();
  let most = before;
  const sampling = setInterval(() => (most = Math.max(most, memory())), SAMPLE_MS);
  const cpuBefore = cpu();
  const result = await run().finally(() => clearInterval(sampling));
  return {
    result,
    took: [
      fixed((cpu() - cpuBefore) / 1_000_000, 1),
      fixed(before / MEBIBYTE, 0),
      fixed(most / MEBIBYTE, 0),
      fixed(await longestBlockMs(stack, service), 0),
    ],
  };
}
