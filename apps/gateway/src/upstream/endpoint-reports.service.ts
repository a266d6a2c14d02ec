import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { RoutingClient } from '../clients/clients.module.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { bounds } from '../bounds.js';
import { UpstreamService } from './upstream.service.js';

/**
 * Tells routing what this gateway saw of its endpoints, if only that it saw none: the answer also tells the time
 * (`ClockCheck`). A report that is lost is not sent again.
 */
@Injectable()
export class EndpointReports implements OnModuleInit, OnModuleDestroy {
  private readonly gatewayId = randomUUID();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly routing: RoutingClient,
    private readonly upstream: UpstreamService,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.report(), bounds.endpointReportMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async report(): Promise<void> {
    const tallies = this.upstream.health.takeTallies();
    await this.routing
      .reportEndpoints({
        gatewayId: this.gatewayId,
        gatewayRegion: this.config.GATEWAY_REGION,
        endpoints: tallies.map(({ endpointId, succeeded, failed, meanFirstByteMs }) => ({
          endpointId,
          succeeded: BigInt(succeeded),
          failed: BigInt(failed),
          meanFirstByteMs,
        })),
      })
      .catch(() => undefined);
  }
}
