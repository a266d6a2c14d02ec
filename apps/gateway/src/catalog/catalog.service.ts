import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Snapshot, WatchSnapshotsResponse } from '@modelbridge/contracts/routing.v1';
import { HealthRegistry } from '@modelbridge/service-kit/health';
import { Logger } from '@modelbridge/service-kit/logging';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { RoutingClient } from '../clients/clients.module.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { RequestError } from '../errors/request-error.js';
import { readSnapshot } from './read-snapshot.js';
import type { RoutingTable } from './routing-table.js';

const reconnectMs = { first: 100, most: 5_000 };

/** The newest routing table. Follows routing's stream and keeps the last one while routing is away. */
@Injectable()
export class CatalogService implements OnModuleInit, OnModuleDestroy {
  private current: RoutingTable | undefined;
  private stream: ClientReadableStream<WatchSnapshotsResponse> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private delayMs = reconnectMs.first;
  private stopped = false;

  constructor(
    private readonly routing: RoutingClient,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    private readonly logger: Logger,
    health: HealthRegistry,
  ) {
    health.register('routing snapshot', () =>
      this.current === undefined ? Promise.reject(new Error('none yet')) : Promise.resolve(),
    );
  }

  onModuleInit(): void {
    this.watch();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.stream?.cancel();
  }

  /** Throws 503 before the first snapshot has come. */
  table(): RoutingTable {
    if (this.current === undefined) {
      throw RequestError.of('catalog_unavailable');
    }
    return this.current;
  }

  private watch(): void {
    let over = false;
    const stream = this.routing.watchSnapshots({});
    this.stream = stream;
    const again = (): void => {
      if (over || this.stopped) return;
      over = true;
      this.timer = setTimeout(() => this.watch(), this.delayMs);
      this.delayMs = Math.min(this.delayMs * 2, reconnectMs.most);
    };
    stream.on('data', ({ snapshot }: WatchSnapshotsResponse) => {
      this.delayMs = reconnectMs.first;
      if (snapshot !== undefined) this.take(snapshot);
    });
    stream.on('error', again);
    stream.on('end', again);
  }

  private take(snapshot: Snapshot): void {
    const { table, problems } = readSnapshot(snapshot, this.config.GATEWAY_REGION);
    for (const problem of problems)
      this.logger.error({ problem }, 'routing sent an unusable entry');
    this.current = table;
  }
}
