import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { PeerClocks } from '@modelbridge/service-kit/grpc';
import { HealthRegistry } from '@modelbridge/service-kit/health';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { bounds } from '../bounds.js';

/**
 * Tells that this machine's clock is wrong: usage is dated by it. The clocks beside it come with the answers of
 * other services, and two of them are asked for something every few seconds.
 */
@Injectable()
export class ClockCheck implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private wasOff = false;

  constructor(
    private readonly clocks: PeerClocks,
    private readonly health: HealthRegistry,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const { clocks } = this;
    this.health.register('clock', async () => {
      if (clocks.isOff(bounds.clockOffMs)) throw new Error('the clock is wrong');
    });
    this.metrics.gauge({
      name: 'gateway_clock_ahead_seconds',
      help: 'How far the clock is ahead of that of another service, at the least; more than 30, or less than -30, is an alert',
      labelNames: ['peer'],
      collect() {
        this.reset();
        for (const [peer, ms] of clocks.aheadMs()) this.set({ peer }, ms / 1000);
      },
    });
    this.timer = setInterval(() => this.tell(), bounds.clockCheckMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private tell(): void {
    const isOff = this.clocks.isOff(bounds.clockOffMs);
    if (isOff === this.wasOff) return;
    this.wasOff = isOff;
    const aheadMs = Object.fromEntries(this.clocks.aheadMs());
    if (isOff) this.logger.error({ aheadMs }, 'the clock of this machine is wrong: set it');
    else this.logger.info({ aheadMs }, 'the clock is right again');
  }
}
