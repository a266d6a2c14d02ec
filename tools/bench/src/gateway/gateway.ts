import { resolve } from 'node:path';
import { command } from '../command.js';
import { reserveCore } from '../cores.js';
import { say } from '../figures.js';
import type { Lifetime } from '../lifetime.js';
import { measure, measureMemory, type MemorySample } from './measure.js';
import {
  printFailures,
  printGoals,
  printMemory,
  printPaced,
  printSaturated,
  Results,
} from './report.js';
import { paced as pacedScenarios, saturated } from './scenarios.js';
import { startTargets, type Target } from './targets.js';

const WARM_UP_SECONDS = 2;

/** Machines drift: every target has each scenario once in a round, one right after the other. */
async function runRound(
  lifetime: Lifetime,
  targets: Target[],
  seconds: number,
  paced: typeof pacedScenarios,
  results: Results,
): Promise<void> {
  for (const scenario of Object.values(saturated)) {
    for (const target of targets) {
      results.add(await measure(lifetime, target, scenario, seconds));
    }
  }
  for (const scenario of paced) {
    for (const target of targets) {
      if (target.name === 'portkey' && !scenario.bearableByAll) continue;
      results.add(await measure(lifetime, target, scenario, seconds));
    }
  }
}

export const gateway = command({
  summary: 'CPU, throughput, added latency and memory beside a bare pipe and @portkey-ai/gateway',
  options: {
    rounds: { default: 5, help: 'interleaved rounds; medians are told' },
    seconds: { default: 4, help: 'length of each measurement' },
    streams: { default: 1000, help: 'open streams for the memory figure' },
    memory: { default: true, help: '--no-memory leaves the memory figure out' },
    portkey: { default: true, help: '--no-portkey leaves @portkey-ai/gateway out' },
    paced: { default: true, help: '--no-paced leaves constant rates out' },
    base: {
      default: '',
      help: 'another checkout, built, whose gateway is measured beside this one',
    },
  },
  async run({ rounds, seconds, streams, memory, portkey, paced, base }, lifetime) {
    const cores = await reserveCore();
    const targets = await startTargets(lifetime, cores, {
      portkey,
      base: base === '' ? undefined : resolve(base),
    });
    say(`${cores.description}; ${rounds} rounds of ${seconds} s a measurement`);
    for (const target of targets) {
      for (const scenario of Object.values(saturated)) {
        await measure(lifetime, target, scenario, Math.min(seconds, WARM_UP_SECONDS));
      }
    }
    const results = new Results();
    for (let round = 1; round <= rounds; round++) {
      await runRound(lifetime, targets, seconds, paced ? pacedScenarios : [], results);
      say(`round ${round} of ${rounds} is done`);
    }
    const open: MemorySample[] = [];
    // The restricted key asks the process that the other one asks.
    const processes = targets.slice(1).filter(({ name }) => name !== 'restricted');
    for (const target of memory ? processes : []) {
      open.push(await measureMemory(lifetime, target, streams));
    }
    printSaturated(results);
    if (paced) printPaced(results);
    printMemory(open);
    printGoals(results);
    printFailures(results);
  },
});
