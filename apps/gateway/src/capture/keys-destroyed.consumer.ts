import { Injectable, type OnModuleInit } from '@nestjs/common';
import { retentionKeysDestroyed } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { SealingKeys } from './sealing-keys.service.js';

/** Wipes what was made of a key as soon as retention says that it is destroyed. */
@Injectable()
export class KeysDestroyedConsumer implements OnModuleInit {
  constructor(
    private readonly messaging: Messaging,
    private readonly keys: SealingKeys,
  ) {}

  onModuleInit(): void {
    this.messaging.subscribeLatest(retentionKeysDestroyed, {
      handle: (destroyed) => {
        if (destroyed.kind === 'day') this.keys.wipeDay(destroyed.day);
        else this.keys.wipeAuthor(destroyed.userId);
      },
      onReconnect: () => this.keys.wipeAll(),
    });
  }
}
