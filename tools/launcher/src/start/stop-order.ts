import { STOP_PHASES, type StopPhase } from '../topology/topology.js';

/** All of a stop, so that it is over within 15 s. */
export const STOP_TOTAL_MS = 14_000;

/** What each phase may always take. Gateways finish running requests and cut streams after 5 s. */
const PHASE_MS: Record<StopPhase, number> = {
  gateway: 8_000,
  edge: 1_500,
  service: 2_000,
  nats: 1_000,
  postgres: 1_500,
};

/** How long a phase may take when `elapsedMs` are gone: its own share and what earlier ones left over. */
export function phaseTimeoutMs(phase: StopPhase, elapsedMs: number): number {
  const later = STOP_PHASES.slice(STOP_PHASES.indexOf(phase) + 1);
  const reservedMs = later.reduce((sum, name) => sum + PHASE_MS[name], 0);
  return Math.max(PHASE_MS[phase], STOP_TOTAL_MS - elapsedMs - reservedMs);
}
