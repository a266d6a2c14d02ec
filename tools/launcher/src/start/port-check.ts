import { setTimeout as delay } from 'node:timers/promises';
import { assertPortFree, PortTakenError } from '@modelbridge/local-stack';
import { REFUSED_BY_CLIENTS } from '../topology/ports.js';
import type { AppProcess } from '../topology/topology.js';

const MOST_NAMED = 4;
const HIGHEST_SUGGESTION = 60_000;

interface PortUse {
  port: number;
  part: string;
}

/** Every port that the applications will listen on. Servers check theirs once a left-over one is gone. */
export function portUses(apps: AppProcess[]): PortUse[] {
  return apps.flatMap(({ name, httpPort, grpcPort, smtpPort }) => [
    { port: httpPort, part: name },
    ...(grpcPort === undefined ? [] : [{ port: grpcPort, part: `${name}, gRPC` }]),
    ...(smtpPort === undefined ? [] : [{ port: smtpPort, part: `${name}, SMTP` }]),
  ]);
}

/** What to do about a taken port. */
export function portAdvice(portBase: number): string {
  const otherBase = portBase < HIGHEST_SUGGESTION ? portBase + 1000 : 4000;
  return `Stop what holds it, or move every port: npm start -- --port-base ${otherBase}`;
}

/** Processes of a launcher that was killed end by themselves within this. */
const PREDECESSORS_END_MS = 5_000;
const LOOK_AGAIN_MS = 200;

/**
 * Throws one error that names the ports that cannot be used, why, and what to do, once those that a killed
 * predecessor held have had the time to become free.
 */
export async function checkPorts(
  uses: PortUse[],
  portBase: number,
  waitMs: number = PREDECESSORS_END_MS,
): Promise<void> {
  const giveUpAt = performance.now() + waitMs;
  for (;;) {
    const taken = await unusable(uses);
    if (taken.length === 0) return;
    const isFinal = uses.some(({ port }) => REFUSED_BY_CLIENTS.has(port));
    if (isFinal || performance.now() >= giveUpAt) throw portError(taken, portBase);
    await delay(LOOK_AGAIN_MS);
  }
}

async function unusable(uses: PortUse[]): Promise<string[]> {
  const taken: string[] = [];
  for (const { port, part } of uses) {
    if (REFUSED_BY_CLIENTS.has(port)) {
      taken.push(`Port ${port} (${part}) is one that browsers and fetch refuse to open.`);
      continue;
    }
    try {
      await assertPortFree(port, part);
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error;
      taken.push(error.message);
    }
  }
  return taken;
}

function portError(taken: string[], portBase: number): Error {
  const hidden = taken.length - MOST_NAMED;
  return new Error(
    [
      ...taken.slice(0, MOST_NAMED),
      ...(hidden > 0 ? [`… and ${hidden} more.`] : []),
      portAdvice(portBase),
    ].join('\n'),
  );
}
