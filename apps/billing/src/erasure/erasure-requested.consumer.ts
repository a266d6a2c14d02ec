import { retentionErasureRequested } from '@modelbridge/contracts/events';
import { Erasures } from '@modelbridge/erasure';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

@Injectable()
export class ErasureRequestedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly erasures: Erasures,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(retentionErasureRequested, {
      durable: 'billing__retention-erasure-requested',
      handle: (erasure) => this.erasures.hear(erasure),
    });
  }
}
