import { retentionDataErased } from '@modelbridge/contracts/events';
import { Erasures } from '@modelbridge/erasure';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

@Injectable()
export class DataErasedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly erasures: Erasures,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(retentionDataErased, {
      durable: 'auth__retention-data-erased',
      handle: (erasure) => this.erasures.hear(erasure),
    });
  }
}
