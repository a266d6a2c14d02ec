import { describe, expect, it } from '@jest/globals';
import { shutdownBounds } from '@modelbridge/service-kit/process';
import { STOP_PHASES } from '../topology/topology.js';
import { phaseTimeoutMs, STOP_TOTAL_MS } from './stop-order.js';

describe('what each phase of a stop may take', () => {
  it('is for a gateway at least what its own shutdown may take', () => {
    expect(phaseTimeoutMs('gateway', 0)).toBeGreaterThanOrEqual(shutdownBounds.totalMs);
    expect(phaseTimeoutMs('gateway', STOP_TOTAL_MS)).toBe(shutdownBounds.totalMs);
  });

  it('ends all of them within the bound of a stop', () => {
    let elapsedMs = 0;
    for (const phase of STOP_PHASES) elapsedMs += phaseTimeoutMs(phase, elapsedMs);
    expect(elapsedMs).toBeLessThanOrEqual(STOP_TOTAL_MS);
  });
});
