import { setTimeout as delay } from 'node:timers/promises';
import type { Lifetime } from '../lifetime.js';
import type { LoadResult } from '../load/load-plan.js';
import { runLoad } from '../load/run-load.js';
import { cpuMicroseconds, residentBytes } from '../processes.js';
import { CONNECTIONS, slowStream } from './scenarios.js';
import type { Target, TargetName } from './targets.js';

const PATH = '/v1/chat/completions';
const STREAMS_OPEN_AFTER_MS = 8_000;

/** One run of one scenario against one target. */
export interface Sample {
  target: TargetName;
  scenario: string;
  load: LoadResult;
  /** Of the target's process; undefined for the upstream and where it cannot be read. */
  cpuUsPerRequest: number | undefined;
}

export async function measure(
  lifetime: Lifetime,
  target: Target,
  scenario: { name: string; body: string; rate?: number },
  seconds: number,
): Promise<Sample> {
  const cpuBefore = cpuOf(target);
  const load = await runLoad(lifetime, {
    port: target.port,
    path: PATH,
    headers: target.headers,
    body: scenario.body,
    connections: CONNECTIONS,
    seconds,
    rate: scenario.rate,
  });
  const cpuAfter = cpuOf(target);
  await target.settled();
  const cpuUsPerRequest =
    cpuBefore === undefined || cpuAfter === undefined
      ? undefined
      : (cpuAfter - cpuBefore) / load.requests;
  return { target: target.name, scenario: scenario.name, load, cpuUsPerRequest };
}

const cpuOf = ({ pid }: Target): number | undefined =>
  pid === undefined ? undefined : cpuMicroseconds(pid);

export interface MemorySample {
  target: TargetName;
  before: number | undefined;
  open: number | undefined;
  streams: number;
  load: LoadResult;
}

/** Resident memory before and while so many streams are open. */
export async function measureMemory(
  lifetime: Lifetime,
  target: Target,
  streams: number,
): Promise<MemorySample> {
  const resident = (): number | undefined =>
    target.pid === undefined ? undefined : residentBytes(target.pid);
  const before = resident();
  const running = runLoad(lifetime, {
    port: target.port,
    path: PATH,
    headers: target.headers,
    body: slowStream,
    connections: streams,
    seconds: 1,
  });
  const [open, load] = await Promise.all([delay(STREAMS_OPEN_AFTER_MS).then(resident), running]);
  await target.settled();
  return { target: target.name, before, open, streams, load };
}
