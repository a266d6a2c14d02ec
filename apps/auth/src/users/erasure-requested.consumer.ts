import { retentionErasureRequested } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { UsersService } from './users.service.js';

/** retention erases who was deleted: it need not be told again. */
@Injectable()
export class ErasureRequestedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly users: UsersService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(retentionErasureRequested, {
      durable: 'auth__retention-erasure-requested',
      handle: ({ userId }) => this.users.deletionTaken(userId),
    });
  }
}
