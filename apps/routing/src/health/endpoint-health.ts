/** When an endpoint is taken out of use, and for how long. */
export const ejectionRules = {
  consecutiveFailures: 5,
  windowMs: 10_000,
  /** In the window: this many outcomes at least, of which this share failed. */
  windowOutcomes: 10,
  failureShare: 0.5,
  firstEjectionMs: 5_000,
  longestEjectionMs: 60_000,
  /** After this long without an ejection the next one is short again. */
  forgiveAfterMs: 60_000,
};

export interface Outcomes {
  succeeded: number;
  failed: number;
}

/**
 * `half_open`: the ejection is over and nothing has been seen since. It is in use again, but its
 * first failure ejects it for twice as long.
 */
export type Phase = 'healthy' | 'ejected' | 'half_open';

/** What is known of one endpoint. Immutable; times are of a monotonic clock. */
export interface EndpointHealth {
  phase: Phase;
  consecutiveFailures: number;
  /** Outcomes of the window by second, oldest first. */
  seconds: readonly (Outcomes & { second: number })[];
  /** Ejections in a row, each twice as long as the one before. */
  ejections: number;
  /** End of the last ejection; 0 when there was none. */
  ejectedUntilMs: number;
}

export const unknownEndpoint: EndpointHealth = {
  phase: 'healthy',
  consecutiveFailures: 0,
  seconds: [],
  ejections: 0,
  ejectedUntilMs: 0,
};

/** The same endpoint at a later time. */
export function atTime(health: EndpointHealth, nowMs: number): EndpointHealth {
  return health.phase === 'ejected' && nowMs >= health.ejectedUntilMs
    ? { ...health, phase: 'half_open' }
    : health;
}

/** The endpoint after what gateways or probes saw of it. */
export function afterOutcomes(
  before: EndpointHealth,
  outcomes: Outcomes,
  nowMs: number,
): EndpointHealth {
  const health = atTime(before, nowMs);
  if (outcomes.succeeded + outcomes.failed === 0) return health;
  // What ends now began before the ejection and says nothing about its reason being gone.
  if (health.phase === 'ejected') return health;
  if (health.phase === 'half_open' && outcomes.succeeded === 0) return ejected(health, nowMs);
  const next: EndpointHealth = {
    ...health,
    phase: 'healthy',
    // The order within a report is unknown: one success ends the row.
    consecutiveFailures: outcomes.succeeded > 0 ? 0 : health.consecutiveFailures + outcomes.failed,
    seconds: withOutcomes(health.seconds, outcomes, nowMs),
  };
  return isFailing(next) ? ejected(next, nowMs) : next;
}

function isFailing({ consecutiveFailures, seconds }: EndpointHealth): boolean {
  const failed = seconds.reduce((sum, second) => sum + second.failed, 0);
  const all = seconds.reduce((sum, second) => sum + second.succeeded + second.failed, 0);
  return (
    consecutiveFailures >= ejectionRules.consecutiveFailures ||
    (all >= ejectionRules.windowOutcomes && failed >= all * ejectionRules.failureShare)
  );
}

function ejected(health: EndpointHealth, nowMs: number): EndpointHealth {
  const { firstEjectionMs, longestEjectionMs, forgiveAfterMs } = ejectionRules;
  const forgiven = nowMs - health.ejectedUntilMs > forgiveAfterMs;
  const ejections = forgiven ? 1 : health.ejections + 1;
  const lengthMs = Math.min(firstEjectionMs * 2 ** (ejections - 1), longestEjectionMs);
  return {
    phase: 'ejected',
    consecutiveFailures: 0,
    seconds: [],
    ejections,
    ejectedUntilMs: nowMs + lengthMs,
  };
}

function withOutcomes(
  seconds: EndpointHealth['seconds'],
  outcomes: Outcomes,
  nowMs: number,
): EndpointHealth['seconds'] {
  const second = Math.floor(nowMs / 1_000);
  const oldest = second - ejectionRules.windowMs / 1_000;
  const current = seconds.find((entry) => entry.second === second);
  return [
    ...seconds.filter((entry) => entry.second > oldest && entry.second !== second),
    {
      second,
      succeeded: (current?.succeeded ?? 0) + outcomes.succeeded,
      failed: (current?.failed ?? 0) + outcomes.failed,
    },
  ];
}
