import { billingChargePosted } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ConfirmationsService } from './confirmations.service.js';

@Injectable()
export class ChargePostedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly confirmations: ConfirmationsService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consumeBatch(billingChargePosted, {
      durable: 'usage-ledger__billing-charge-posted',
      handle: (events) =>
        this.confirmations.confirm(
          events.flatMap(({ data }) => data.batchIds),
          events.flatMap(({ data }) => data.overruns ?? []),
        ),
    });
  }
}
