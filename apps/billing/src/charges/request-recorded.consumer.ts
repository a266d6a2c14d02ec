import { usageLedgerRequestRecorded } from '@modelbridge/contracts/events';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { ChargesService } from './charges.service.js';

/** Messages in one transaction; each carries up to 500 requests. */
const messagesPerTransaction = 50;

@Injectable()
export class RequestRecordedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly charges: ChargesService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consumeBatch(usageLedgerRequestRecorded, {
      durable: 'billing__usage-ledger-request-recorded',
      maxBatch: messagesPerTransaction,
      handle: (events) => this.charges.post(events.map(({ data }) => data)),
    });
  }
}
