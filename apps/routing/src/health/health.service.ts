import type { Region } from '@modelbridge/contracts';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Logger } from '@modelbridge/service-kit/logging';
import { Subject, type Observable } from 'rxjs';
import type { Endpoint } from '../endpoints/endpoints.js';
import { EndpointsService } from '../endpoints/endpoints.service.js';
import { withValue, type DecayingMean } from './decaying-mean.js';
import {
  afterOutcomes,
  atTime,
  unknownEndpoint,
  type EndpointHealth,
  type Outcomes,
} from './endpoint-health.js';
import type { EndpointView } from './endpoint-view.js';
import type { ProbeResult } from './probe.js';
import type { Report } from './report.js';

const clockIntervalMs = 250;
const listedInLog = 10;

interface Observed {
  health: EndpointHealth;
  firstByteMs: Map<Region, DecayingMean>;
}

/** The state of every endpoint as gateways and probes see it. In memory: it is known again within seconds. */
@Injectable()
export class HealthService implements OnModuleInit, OnModuleDestroy {
  private readonly observed = new Map<string, Observed>();
  /** Endpoints whose server last listed its models without theirs. */
  private readonly misplaced = new Set<string>();
  private readonly changed = new Subject<void>();
  private clock: NodeJS.Timeout | undefined;

  constructor(
    private readonly endpoints: EndpointsService,
    private readonly logger: Logger,
  ) {}

  /** Emits when a view may differ from before. */
  get changes(): Observable<void> {
    return this.changed;
  }

  onModuleInit(): void {
    this.clock = setInterval(() => this.advance(performance.now()), clockIntervalMs);
    this.clock.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.clock);
  }

  viewOf(endpointId: string): EndpointView {
    const observed = this.observed.get(endpointId);
    return {
      ejected: observed?.health.phase === 'ejected',
      firstByteMs: [...(observed?.firstByteMs ?? [])].map(([region, { mean }]) => [
        region,
        Math.max(1, Math.round(mean)),
      ]),
    };
  }

  /** Endpoints that no longer exist are passed over: a gateway may lag behind the catalog. */
  report({ gatewayRegion, endpoints }: Report): void {
    const nowMs = performance.now();
    for (const { endpointId, succeeded, failed, meanFirstByteMs } of endpoints) {
      const observed = this.observe(endpointId, { succeeded, failed }, nowMs);
      // Whole replies have no first byte that would tell how fast the endpoint is.
      if (observed === undefined || succeeded === 0 || meanFirstByteMs === 0) continue;
      const before = observed.firstByteMs.get(gatewayRegion);
      observed.firstByteMs.set(gatewayRegion, withValue(before, meanFirstByteMs, succeeded, nowMs));
    }
    this.changed.next();
  }

  /** Whether the server is known to have another model than the endpoint's: it would answer with that one. */
  isMisplaced(endpointId: string): boolean {
    return this.misplaced.has(endpointId);
  }

  recordProbe(endpoints: readonly Endpoint[], { alive, models }: ProbeResult): void {
    const outcomes = alive ? { succeeded: 1, failed: 0 } : { succeeded: 0, failed: 1 };
    for (const endpoint of endpoints) {
      this.observe(endpoint.id, outcomes, performance.now());
      // A list that we are not shown changes nothing.
      if (models !== undefined) this.place(endpoint, models);
    }
    this.changed.next();
  }

  private place({ id, upstreamModel }: Endpoint, models: ReadonlySet<string>): void {
    const isServed = models.has(upstreamModel);
    if (isServed === !this.misplaced.has(id)) return;
    if (isServed) {
      this.misplaced.delete(id);
      this.logger.warn({ endpoint: id }, 'the server lists the model again: in use');
    } else {
      this.misplaced.add(id);
      const listed = [...models].slice(0, listedInLog);
      this.logger.error(
        { endpoint: id, upstreamModel, listed },
        'the server does not list the model: not in use until it does; correct the URL or the served name',
      );
    }
  }

  private observe(endpointId: string, outcomes: Outcomes, nowMs: number): Observed | undefined {
    if (!this.endpoints.current.has(endpointId)) return undefined;
    const observed = this.observed.get(endpointId) ?? {
      health: unknownEndpoint,
      firstByteMs: new Map<Region, DecayingMean>(),
    };
    observed.health = afterOutcomes(observed.health, outcomes, nowMs);
    this.observed.set(endpointId, observed);
    return observed;
  }

  /** Lets time pass: ejections end, and what left the catalog is forgotten. */
  private advance(nowMs: number): void {
    let ended = false;
    for (const [endpointId, observed] of this.observed) {
      if (!this.endpoints.current.has(endpointId)) {
        this.observed.delete(endpointId);
        this.misplaced.delete(endpointId);
      }
      const health = atTime(observed.health, nowMs);
      ended ||= health !== observed.health;
      observed.health = health;
    }
    if (ended) this.changed.next();
  }
}
