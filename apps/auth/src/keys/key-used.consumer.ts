import { usageLedgerRequestRecorded } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { KeyUseService } from './key-use.service.js';

/** Messages at once; each carries up to 500 requests. */
const maxBatch = 50;

@Injectable()
export class KeyUsedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly uses: KeyUseService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consumeBatch(usageLedgerRequestRecorded, {
      durable: 'auth__usage-ledger-request-recorded',
      maxBatch,
      handle: (events) => this.uses.note(events.flatMap(({ data }) => data.requests)),
    });
  }
}
