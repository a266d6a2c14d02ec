import { usageLedgerRequestRecorded } from '@modelbridge/contracts/events';
import { Logger } from '@modelbridge/service-kit/logging';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SpendService } from './spend.service.js';

@Injectable()
export class RequestRecordedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly spend: SpendService,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consumeBatch(usageLedgerRequestRecorded, {
      durable: 'usage-consumer__usage-ledger-request-recorded',
      handle: (events) =>
        this.spend.take(
          events
            .flatMap(({ data }) => data.requests)
            .map(({ ledgerSequence, model, costNanoUsd }) => ({
              ledgerSequence: BigInt(ledgerSequence),
              model,
              costNanoUsd: BigInt(costNanoUsd),
            })),
        ),
    });
    // Events that are older than the stream's memory never come: ask at once, without waiting for one.
    this.spend.catchUp().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'could not catch up; the next event tries again');
    });
  }
}
