import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { limits } from '../limits.js';

interface Seen {
  succeeded: number;
  failed: number;
  firstByteMsSum: number;
  /** Decaying mean of the time to the first byte; undefined before the first success. */
  firstByteMs: number | undefined;
  failuresInARow: number;
  /** Monotonic milliseconds until which the endpoint is passed over. */
  ejectedUntil: number;
}

export interface EndpointTally {
  endpointId: string;
  succeeded: number;
  failed: number;
  /** 0 when nothing succeeded. */
  meanFirstByteMs: number;
}

const weightOfNewest = 0.2;

/** What this process saw of the endpoints, and which one to call next. */
export class EndpointHealth {
  private readonly seen = new Map<string, Seen>();

  succeeded(endpointId: string, firstByteMs: number): void {
    const seen = this.of(endpointId);
    seen.succeeded++;
    seen.firstByteMsSum += firstByteMs;
    seen.failuresInARow = 0;
    seen.ejectedUntil = 0;
    seen.firstByteMs =
      seen.firstByteMs === undefined
        ? firstByteMs
        : seen.firstByteMs + weightOfNewest * (firstByteMs - seen.firstByteMs);
  }

  failed(endpointId: string, now: number): void {
    const seen = this.of(endpointId);
    seen.failed++;
    const pause = limits.ejectMs * 2 ** Math.min(seen.failuresInARow, 10);
    seen.failuresInARow++;
    seen.ejectedUntil = now + Math.min(pause, limits.maxEjectMs);
  }

  /** The fastest healthy endpoint not yet tried; a failing one where there is no other. */
  pick(
    endpoints: readonly CatalogEndpoint[],
    tried: ReadonlySet<string>,
    homeRegion: string,
    now: number,
  ): CatalogEndpoint | undefined {
    let best: CatalogEndpoint | undefined;
    let bestScore = Infinity;
    for (const endpoint of endpoints) {
      if (tried.has(endpoint.id)) continue;
      const score = this.score(endpoint, homeRegion, now);
      if (score < bestScore) {
        best = endpoint;
        bestScore = score;
      }
    }
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

  /** Milliseconds to expect, with a penalty that puts failing endpoints behind all others. */
  private score(endpoint: CatalogEndpoint, homeRegion: string, now: number): number {
    const seen = this.seen.get(endpoint.id);
    const ejected = seen !== undefined && seen.ejectedUntil > now;
    const penalty = (ejected ? 2e9 : 0) + (endpoint.healthy ? 0 : 1e9);
    const latency = seen?.firstByteMs ?? endpoint.firstByteMs;
    return penalty + (latency ?? (endpoint.region === homeRegion ? 1 : 1_000));
  }

  private of(endpointId: string): Seen {
    let seen = this.seen.get(endpointId);
    if (seen === undefined) {
      seen = {
        succeeded: 0,
        failed: 0,
        firstByteMsSum: 0,
        firstByteMs: undefined,
        failuresInARow: 0,
        ejectedUntil: 0,
      };
      this.seen.set(endpointId, seen);
    }
    return seen;
  }
}
