import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** One turn of the event loop; times in milliseconds. */
interface Turn {
  start: number;
  ms: number;
  /** Of it, what the process computed: not what it waited for a core or a disk. */
  ownMs: number;
}

export interface Blocks {
  seconds: number;
  longestMs: number;
  /** Who looks at a random moment finds the loop in a turn that is shorter, 99 times of 100. */
  p99Ms: number;
  /** The longest by what the process computed in it, and not waited for a core that others had. */
  longestOwnMs: number;
  /** The same without garbage collection. */
  longestBeyondGcMs: number;
  longestGcMs: number;
}

const noticedMs = 0.02;

/**
 * Times every turn of the event loop. `monitorEventLoopDelay` would sample with a timer of a millisecond at
 * best, and see a block only as far as the timer was late; a chain of setImmediate sees each turn whole, at the
 * price of a core that never rests.
 */
export async function watchLoop(work: () => Promise<void>): Promise<Blocks> {
  const turns: Turn[] = [];
  const collections: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  let done = false;
  const begun = performance.now();
  const working = work().finally(() => (done = true));
  let total = 0;
  for (let start = begun, cpu = process.cpuUsage(); !done;) {
    await nextTurn();
    const now = performance.now();
    const cpuNow = process.cpuUsage();
    const ms = now - start;
    total += ms;
    if (ms > noticedMs) turns.push({ start, ms, ownMs: Math.min(ms, cpuBetween(cpu, cpuNow)) });
    start = now;
    cpu = cpuNow;
  }
  await working;
  await nextTurn();
  observer.disconnect();
  return figuresOf(turns, collections, total);
}

function figuresOf(turns: Turn[], collections: PerformanceEntry[], totalMs: number): Blocks {
  const beyondGc = (turn: Turn): number => {
    const within = collections.filter(
      ({ startTime }) => startTime >= turn.start && startTime < turn.start + turn.ms,
    );
    return Math.max(0, turn.ownMs - within.reduce((sum, { duration }) => sum + duration, 0));
  };
  const longest = turns.toSorted((a, b) => b.ms - a.ms);
  let left = totalMs / 100;
  const p99 = longest.find(({ ms }) => (left -= ms) <= 0);
  return {
    seconds: totalMs / 1_000,
    longestMs: longest[0]?.ms ?? 0,
    p99Ms: p99?.ms ?? noticedMs,
    longestOwnMs: turns.reduce((most, { ownMs }) => Math.max(most, ownMs), 0),
    longestBeyondGcMs: Math.max(0, ...longest.slice(0, 1_000).map(beyondGc)),
    longestGcMs: Math.max(0, ...collections.map(({ duration }) => duration)),
  };
}

function cpuBetween(before: NodeJS.CpuUsage, after: NodeJS.CpuUsage): number {
  return (after.user + after.system - before.user - before.system) / 1_000;
}
