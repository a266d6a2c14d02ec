import { Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { HealthRegistry } from '@modelbridge/service-kit/health';
import { Logger } from '@modelbridge/service-kit/logging';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { Shutdown } from '@modelbridge/service-kit/process';
import { freeBytes, RoomWatch } from '@modelbridge/service-kit/room';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { costAtFrozenPrice } from '../pricing/frozen-price.js';
import { Spool } from '../spool/spool.js';
import { publishUsage } from './usage-publisher.js';
import { UnsettledReporter } from './unsettled-reporter.service.js';
import { WatermarkConsumer } from './watermark.consumer.js';

/**
 * The spool, wired to JetStream on the way out and to the ledger's watermark on the way back. Who does
 * something for a dead gateway registers with it on initialisation; it starts when all of them have.
 */
@Module({
  providers: [
    {
      provide: Spool,
      inject: [GATEWAY_CONFIG, Messaging, Metrics, RoomWatch],
      useFactory: async (
        config: GatewayConfig,
        messaging: Messaging,
        metrics: Metrics,
        rooms: RoomWatch,
      ): Promise<Spool> => {
        const spool = await Spool.open({
          dir: config.SPOOL_DIR,
          maxBytes: config.SPOOL_MAX_BYTES,
          publish: publishUsage(messaging),
          priceOf: costAtFrozenPrice,
          unsettledMaxAgeMs: config.UNSETTLED_MAX_AGE_MS,
        });
        messaging.onReconnect(() => spool.publishAgain());
        exposeFigures(spool, metrics);
        rooms.watch({
          name: 'spool',
          room: () => freeBytes(config.SPOOL_DIR),
          lowBytes: config.SPOOL_ROOM_LOW,
          leastBytes: config.SPOOL_ROOM_LEAST,
        });
        return spool;
      },
    },
    WatermarkConsumer,
    UnsettledReporter,
  ],
  exports: [Spool],
})
export class UsageModule implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly spool: Spool,
    private readonly logger: Logger,
    private readonly health: HealthRegistry,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.health.register('spool', async () => this.spool.assertTakes());
    this.health.register('usage', async () => this.spool.assertSettles());
    // What is journalled already can only be settled by a process that opens the spool anew.
    void this.spool.failure.then((error) =>
      this.shutdown.fail('the spool can no longer be written', error),
    );
    this.spool.onAdopted(({ epoch, abandoned, damagedSegments }) => {
      const report = { gatewayEpoch: epoch, abandoned, damagedSegments };
      if (damagedSegments > 0) this.logger.error(report, 'an adopted spool is damaged');
      else this.logger.info(report, 'adopted the spool of a gateway that is gone');
    });
    this.spool.onAdoptionFailed((gatewayEpoch, error) =>
      this.logger.error({ gatewayEpoch, err: error }, 'a spool could not be adopted'),
    );
  }

  onApplicationBootstrap(): Promise<void> {
    return this.spool.start();
  }
}

function exposeFigures(spool: Spool, metrics: Metrics): void {
  metrics.gauge({
    name: 'gateway_spool_open_requests',
    help: 'Requests that are running',
    collect() {
      this.set(spool.figures.open);
    },
  });
  metrics.gauge({
    name: 'gateway_spool_unsettled_records',
    help: 'Closed requests that the ledger has not confirmed',
    collect() {
      this.set(spool.figures.unsettled);
    },
  });
  metrics.gauge({
    name: 'gateway_spool_bytes',
    help: 'Size of the spool on disk',
    collect() {
      this.set(spool.figures.bytes);
    },
  });
  metrics.gauge({
    name: 'gateway_spool_oldest_unsettled_seconds',
    help: 'How long the oldest closed request waits for the ledger; above 60 is an alert',
    collect() {
      const ages = spool.unsettled.map(({ oldestAgeMs }) => oldestAgeMs);
      this.set(Math.max(0, ...ages) / 1000);
    },
  });
}
