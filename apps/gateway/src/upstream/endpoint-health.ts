import type { CatalogEndpoint } from '../catalog/routing-table.js';
import { bounds } from '../bounds.js';
import { EndpointState, type EndpointAttempt, type EndpointTally } from './endpoint-state.js';
import { rendezvous } from './rendezvous.js';

export interface PickOptions {
  tried: ReadonlySet<string>;
  /** The gateway's own region. */
  homeRegion: string;
  /** Requests with the same one belong together. */
  affinity?: string;
  /** The reply is to be a stream, whose first byte tells how fast an endpoint is. */
  streams?: boolean;
  now: number;
}

/** Above every latency. */
const failingPenalty = 1e9;
/** Milliseconds to expect of an endpoint of which nothing is known. */
const unknownMs = { home: 1, elsewhere: 1_000 };

/** What this process saw of the endpoints, and which one to call next. */
export class EndpointHealth {
  private readonly states = new Map<string, EndpointState>();

  /** Notes a call that is being made; what comes of it is told to the attempt. */
  begin(endpointId: string, streams: boolean, now: number): EndpointAttempt {
    return this.of(endpointId).begin(streams, now);
  }

  /**
   * The fastest healthy endpoint not yet tried; a failing one where there is no other. Of those that
   * are about as fast, requests that belong together go to the same one, and others to the one at
   * home, so that they do not wander with every millisecond, away from cached prompts. Now and then one
   * goes to an endpoint that would be preferred if it were not for what was seen of it a while ago.
   */
  pick(endpoints: readonly CatalogEndpoint[], options: PickOptions): CatalogEndpoint | undefined {
    const { tried, affinity, now } = options;
    let best: CatalogEndpoint | undefined;
    let bestMs = Infinity;
    for (const endpoint of endpoints) {
      if (tried.has(endpoint.id)) continue;
      const ms = this.score(endpoint, options);
      if (ms < bestMs) {
        best = endpoint;
        bestMs = ms;
      }
    }
    if (best === undefined) return undefined;
    const remeasured = this.dueForMeasuring(endpoints, best, bestMs, options);
    if (remeasured !== undefined) return remeasured;
    if (endpoints.length > 1 && bestMs < failingPenalty) {
      const near = bestMs * (1 + bounds.nearSlackShare) + bounds.nearSlackMs;
      const candidates = endpoints.filter(
        (endpoint) => !tried.has(endpoint.id) && this.score(endpoint, options) <= near,
      );
      best =
        affinity === undefined
          ? (candidates.find(({ region }) => region === options.homeRegion) ?? best)
          : (rendezvous(affinity, candidates) ?? best);
    }
    const state = this.of(best.id);
    state.preferred(now);
    return best;
  }

  /** Counts since the last call. */
  takeTallies(): EndpointTally[] {
    const tallies: EndpointTally[] = [];
    for (const [endpointId, state] of this.states) {
      const tally = state.takeTally(endpointId);
      if (tally !== undefined) tallies.push(tally);
    }
    return tallies;
  }

  private dueForMeasuring(
    endpoints: readonly CatalogEndpoint[],
    best: CatalogEndpoint,
    bestMs: number,
    { tried, homeRegion, streams, now }: PickOptions,
  ): CatalogEndpoint | undefined {
    if (streams !== true) return undefined;
    for (const endpoint of endpoints) {
      const { id, healthy } = endpoint;
      if (id === best.id || !healthy || tried.has(id)) continue;
      if (unknown(endpoint, homeRegion) >= bestMs) continue;
      const state = this.of(id);
      if (state.isOpen(now) || !state.isDueForMeasuring(now)) continue;
      state.remeasure(now);
      return endpoint;
    }
    return undefined;
  }

  /** Milliseconds to expect, with a penalty that puts failing endpoints behind all others. */
  private score(endpoint: CatalogEndpoint, { homeRegion, now }: PickOptions): number {
    const state = this.states.get(endpoint.id);
    const otherwise = endpoint.firstByteMs ?? unknown(endpoint, homeRegion);
    const penalty =
      (state?.isOpen(now) ? 2 * failingPenalty : 0) + (endpoint.healthy ? 0 : failingPenalty);
    return penalty + (state?.expectedMs(otherwise, now) ?? otherwise);
  }

  private of(endpointId: string): EndpointState {
    let state = this.states.get(endpointId);
    if (state === undefined) {
      state = new EndpointState();
      this.states.set(endpointId, state);
    }
    return state;
  }
}

function unknown({ region }: CatalogEndpoint, homeRegion: string): number {
  return region === homeRegion ? unknownMs.home : unknownMs.elsewhere;
}
