import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { limits } from '../limits.js';
import { rendezvous } from './rendezvous.js';

interface Seen {
  succeeded: number;
  failed: number;
  firstByteMsSum: number;
  /** Decaying mean of the time to the first byte; undefined before the first success. */
  firstByteMs: number | undefined;
  /** Monotonic milliseconds of the last success. */
  seenAt: number;
  failuresInARow: number;
  /** Until then the endpoint is passed over. */
  ejectedUntil: number;
  /** Until then the endpoint is left to the one request that tries it again. */
  trialUntil: number;
}

export interface EndpointTally {
  endpointId: string;
  succeeded: number;
  failed: number;
  /** 0 when nothing succeeded. */
  meanFirstByteMs: number;
}

export interface PickOptions {
  tried: ReadonlySet<string>;
  /** The gateway's own region. */
  homeRegion: string;
  /** Requests with the same one belong together. */
  affinity?: string;
  now: number;
}

const weightOfNewest = 0.2;
/** Above every latency. */
const failingPenalty = 1e9;
/** Milliseconds to expect of an endpoint of which nothing is known. */
const unknownMs = { home: 1, elsewhere: 1_000 };

/** What this process saw of the endpoints, and which one to call next. */
export class EndpointHealth {
  private readonly seen = new Map<string, Seen>();

  succeeded(endpointId: string, firstByteMs: number, now: number): void {
    const seen = this.of(endpointId);
    seen.succeeded++;
    seen.firstByteMsSum += firstByteMs;
    seen.failuresInARow = 0;
    seen.ejectedUntil = 0;
    seen.trialUntil = 0;
    seen.seenAt = now;
    seen.firstByteMs =
      seen.firstByteMs === undefined
        ? firstByteMs
        : seen.firstByteMs + weightOfNewest * (firstByteMs - seen.firstByteMs);
  }

  /** Opens the endpoint's circuit for a while that doubles with each failure in a row. */
  failed(endpointId: string, now: number): void {
    const seen = this.of(endpointId);
    seen.failed++;
    const pause = limits.ejectMs * 2 ** Math.min(seen.failuresInARow, 10);
    seen.failuresInARow++;
    seen.trialUntil = 0;
    seen.ejectedUntil = now + Math.min(pause, limits.maxEjectMs);
  }

  /** The endpoint works, but what it answered says nothing of how fast it is. */
  answered(endpointId: string): void {
    const seen = this.seen.get(endpointId);
    if (seen === undefined) return;
    seen.failuresInARow = 0;
    seen.ejectedUntil = 0;
    seen.trialUntil = 0;
  }

  /**
   * The fastest healthy endpoint not yet tried; a failing one where there is no other. Requests that
   * belong together go to the same one of those that are about as fast.
   */
  pick(endpoints: readonly CatalogEndpoint[], options: PickOptions): CatalogEndpoint | undefined {
    const { tried, affinity, now } = options;
    let best: CatalogEndpoint | undefined;
    let bestScore = Infinity;
    for (const endpoint of endpoints) {
      if (tried.has(endpoint.id)) continue;
      const score = this.score(endpoint, options);
      if (score < bestScore) {
        best = endpoint;
        bestScore = score;
      }
    }
    if (affinity !== undefined && bestScore < failingPenalty) {
      const near = bestScore * (1 + limits.affinitySlackShare) + limits.affinitySlackMs;
      const candidates = endpoints.filter(
        (endpoint) => !tried.has(endpoint.id) && this.score(endpoint, options) <= near,
      );
      best = rendezvous(affinity, candidates);
    }
    if (best !== undefined) this.beginTrial(best.id, now);
    return best;
  }

  /** Counts since the last call. */
  takeTallies(): EndpointTally[] {
    const tallies: EndpointTally[] = [];
    for (const [endpointId, seen] of this.seen) {
      const { succeeded, failed, firstByteMsSum } = seen;
      if (succeeded === 0 && failed === 0) continue;
      tallies.push({
        endpointId,
        succeeded,
        failed,
        meanFirstByteMs: succeeded === 0 ? 0 : Math.max(1, Math.round(firstByteMsSum / succeeded)),
      });
      seen.succeeded = 0;
      seen.failed = 0;
      seen.firstByteMsSum = 0;
    }
    return tallies;
  }

  /** The first request after an ejection decides for all others. */
  private beginTrial(endpointId: string, now: number): void {
    const seen = this.seen.get(endpointId);
    if (seen === undefined || seen.failuresInARow === 0 || seen.ejectedUntil > now) return;
    if (seen.trialUntil <= now) seen.trialUntil = now + limits.trialMs;
  }

  /** Milliseconds to expect, with a penalty that puts failing endpoints behind all others. */
  private score(endpoint: CatalogEndpoint, { homeRegion, now }: PickOptions): number {
    const seen = this.seen.get(endpoint.id);
    const ejected = seen !== undefined && (seen.ejectedUntil > now || seen.trialUntil > now);
    const penalty = (ejected ? 2 * failingPenalty : 0) + (endpoint.healthy ? 0 : failingPenalty);
    const unknown = endpoint.region === homeRegion ? unknownMs.home : unknownMs.elsewhere;
    return penalty + expectedMs(seen, endpoint.firstByteMs ?? unknown, now);
  }

  private of(endpointId: string): Seen {
    let seen = this.seen.get(endpointId);
    if (seen === undefined) {
      seen = {
        succeeded: 0,
        failed: 0,
        firstByteMsSum: 0,
        firstByteMs: undefined,
        seenAt: 0,
        failuresInARow: 0,
        ejectedUntil: 0,
        trialUntil: 0,
      };
      this.seen.set(endpointId, seen);
    }
    return seen;
  }
}

/** What was seen here fades into what others know, so that an endpoint that was slow is used again. */
function expectedMs(seen: Seen | undefined, otherwise: number, now: number): number {
  if (seen?.firstByteMs === undefined) return otherwise;
  const weight = 2 ** (-(now - seen.seenAt) / limits.latencyHalfLifeMs);
  return otherwise + weight * (seen.firstByteMs - otherwise);
}
