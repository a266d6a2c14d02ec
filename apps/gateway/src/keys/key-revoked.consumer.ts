import { Injectable, type OnModuleInit } from '@nestjs/common';
import { authKeyRevoked } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { KeysService } from './keys.service.js';

/** Drops revoked keys as soon as auth says so. */
@Injectable()
export class KeyRevokedConsumer implements OnModuleInit {
  constructor(
    private readonly messaging: Messaging,
    private readonly keys: KeysService,
  ) {}

  onModuleInit(): void {
    this.messaging.subscribeLatest(authKeyRevoked, {
      handle: ({ keyId }) => this.keys.revoke(keyId),
      onReconnect: () => this.keys.distrust(),
    });
  }
}
