import { Module } from '@nestjs/common';
import { BillingClient } from '../clients/clients.module.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { Logger } from '@modelbridge/service-kit/logging';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { UnsettledClaims } from '../idempotency/unsettled-claims.js';
import { costAtFrozenPrice } from '../pricing/frozen-price.js';
import { Spool } from '../spool/spool.js';
import { closeAdoptedAllowances } from '../allowances/adopted-allowances.js';
import { publishUsage } from './usage-publisher.js';
import { WatermarkConsumer } from './watermark.consumer.js';

/** The spool, wired to JetStream on the way out and to the ledger's watermark on the way back. */
@Module({
  providers: [
    UnsettledClaims,
    {
      provide: Spool,
      inject: [GATEWAY_CONFIG, Messaging, BillingClient, UnsettledClaims, Logger, Metrics],
      useFactory: async (
        config: GatewayConfig,
        messaging: Messaging,
        billing: BillingClient,
        claims: UnsettledClaims,
        logger: Logger,
        metrics: Metrics,
      ): Promise<Spool> => {
        const spool = await Spool.open({
          dir: config.SPOOL_DIR,
          maxBytes: config.SPOOL_MAX_BYTES,
          publish: publishUsage(messaging),
          priceOf: costAtFrozenPrice,
          onAdopted: (adoption) => {
            const { epoch, abandoned, damagedSegments } = adoption;
            const report = { gatewayEpoch: epoch, abandoned, damagedSegments };
            if (damagedSegments > 0) logger.error(report, 'an adopted spool is damaged');
            else logger.info(report, 'adopted the spool of a gateway that is gone');
            void closeAdoptedAllowances(adoption, billing, logger);
          },
          onAdoptionFailed: (gatewayEpoch, error) =>
            logger.error({ gatewayEpoch, err: error }, 'a spool could not be adopted'),
          onEpochEnd: (gatewayEpoch, own) => claims.endEpoch(gatewayEpoch, own),
        });
        messaging.onReconnect(() => spool.publishAgain());
        exposeFigures(spool, metrics);
        return spool;
      },
    },
    WatermarkConsumer,
  ],
  exports: [Spool, UnsettledClaims],
})
export class UsageModule {}

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
}
