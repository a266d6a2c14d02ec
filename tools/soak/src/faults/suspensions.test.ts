import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Suspensions } from './suspensions.js';

let running: ChildProcess;
let ended: ChildProcess;

const start = (): ChildProcess => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
const pidOf = ({ pid }: ChildProcess): number => pid ?? 0;
/** `T` while it is stopped. */
const stateOf = (child: ChildProcess): string =>
  readFileSync(`/proc/${pidOf(child)}/stat`, 'utf8').split(') ')[1]?.[0] ?? '';
async function untilStopped(stopped: boolean): Promise<void> {
  while ((stateOf(running) === 'T') !== stopped) await delay(5);
}

beforeEach(async () => {
  running = start();
  ended = start();
  await Promise.all([once(running, 'spawn'), once(ended, 'spawn')]);
  ended.kill('SIGKILL');
  await once(ended, 'exit');
});
afterEach(() => {
  running.kill('SIGKILL');
});

it('wakes what it has stopped although another process of the list had ended before', async () => {
  const wake = new Suspensions().suspend([pidOf(running), pidOf(ended)]);
  await untilStopped(true);
  wake();
  await untilStopped(false);
});

it('wakes a process only when every fault that stopped it is over', async () => {
  const suspensions = new Suspensions();
  const [first, second] = [
    suspensions.suspend([pidOf(running)]),
    suspensions.suspend([pidOf(running)]),
  ];
  first();
  await untilStopped(true);
  second();
  await untilStopped(false);
});

it('says so where no process is left', () => {
  expect(() => new Suspensions().suspend([pidOf(ended)])).toThrow('no process is there');
});
