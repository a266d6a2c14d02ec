import { Logger } from '@modelbridge/service-kit/logging';
import { Shutdown } from '@modelbridge/service-kit/process';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { BehaviorSubject, merge, throttleTime, type Observable } from 'rxjs';
import { CatalogService } from '../catalog/catalog.service.js';
import { EndpointsService } from '../endpoints/endpoints.service.js';
import { HealthService } from '../health/health.service.js';
import { differs, nextVersion, type Snapshot } from './snapshot.js';

/** However much happens, gateways get one snapshot in this time. */
const pushIntervalMs = 250;

/** More than it takes to complete an observable. */
const drainMs = 100;

@Injectable()
export class SnapshotsService implements OnModuleInit {
  private readonly published: BehaviorSubject<Snapshot>;

  constructor(
    private readonly catalog: CatalogService,
    private readonly endpoints: EndpointsService,
    private readonly health: HealthService,
    private readonly logger: Logger,
    shutdown: Shutdown,
  ) {
    this.published = new BehaviorSubject(this.compose(0n));
    // An open watch would hold the server's shutdown up until its deadline.
    shutdown.onDrain(() => Promise.resolve(this.published.complete()), drainMs);
  }

  onModuleInit(): void {
    merge(this.catalog.changes, this.health.changes)
      .pipe(throttleTime(pushIntervalMs, undefined, { leading: true, trailing: true }))
      .subscribe(() => this.publish());
  }

  get current(): Snapshot {
    return this.published.value;
  }

  /** The newest snapshot at once, then each newer one, until the service stops. */
  watch(): Observable<Snapshot> {
    return this.published;
  }

  private publish(): void {
    const next = this.compose(this.current.version);
    if (!differs(this.current, next)) return;
    this.logEjections(next);
    this.published.next(next);
  }

  private compose(lastVersion: bigint): Snapshot {
    const publishedAt = new Date();
    return {
      version: nextVersion(lastVersion, publishedAt),
      publishedAt,
      catalog: this.catalog.current,
      endpoints: [...this.endpoints.current.values()]
        .filter(({ id }) => !this.health.isMisplaced(id))
        .map((endpoint) => ({ ...endpoint, ...this.health.viewOf(endpoint.id) })),
    };
  }

  private logEjections(next: Snapshot): void {
    const before = new Map(this.current.endpoints.map(({ id, ejected }) => [id, ejected]));
    for (const { id, ejected } of next.endpoints) {
      if (ejected !== (before.get(id) ?? false)) {
        this.logger.warn({ endpoint: id }, ejected ? 'endpoint ejected' : 'endpoint back in use');
      }
    }
  }
}
