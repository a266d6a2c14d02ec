import type { Lifetime } from '../lifetime.js';
import { startNode } from '../processes.js';
import type { LoadPlan, LoadResult } from './load-plan.js';

const program = new URL('./load-process.js', import.meta.url).pathname;

/** Puts load on a port from a process of its own. */
export async function runLoad(lifetime: Lifetime, plan: LoadPlan): Promise<LoadResult> {
  const generator = startNode(lifetime, [program], { input: JSON.stringify(plan) });
  if ((await generator.exited) !== 0) {
    throw new Error(`the load on port ${plan.port} failed:\n${generator.output()}`);
  }
  return JSON.parse(generator.output()) as LoadResult;
}
