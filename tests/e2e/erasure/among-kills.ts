import type { Stack } from '@modelbridge/launcher';
import { patienceMs } from '@modelbridge/testing-kit';
import { killedAtEachStep } from './killed-at-each-step.js';
import { manyKilled } from './many-killed.js';

const { ERASURES: count, ERASURES_SEED: seed = '1' } = process.env;

/** Only ends what hangs. */
export const erasuresMs = count === undefined ? 15 * patienceMs : 3 * 3_600_000;

/** Erasures whose services are killed: one at each step, and with `npm run erasures` many at random. */
export function erasuresAmongKills(stack: Stack): Promise<void> {
  if (count === undefined) return killedAtEachStep(stack);
  return manyKilled(stack, { count: Number(count), seed: Number(seed) });
}
