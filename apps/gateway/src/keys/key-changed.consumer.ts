import { Injectable, type OnModuleInit } from '@nestjs/common';
import { authKeyChanged } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { KeysService } from './keys.service.js';

/** Asks anew what a key may do as soon as auth says that it has changed. */
@Injectable()
export class KeyChangedConsumer implements OnModuleInit {
  constructor(
    private readonly messaging: Messaging,
    private readonly keys: KeysService,
  ) {}

  onModuleInit(): void {
    this.messaging.subscribeLatest(authKeyChanged, {
      handle: ({ keyId }) => this.keys.change(keyId),
      onReconnect: () => this.keys.distrust(),
    });
  }
}
