import { uuidOf } from '@modelbridge/contracts';
import { authUserCreated } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountsService } from './accounts.service.js';

@Injectable()
export class UserCreatedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly accounts: AccountsService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(authUserCreated, {
      durable: 'billing__auth-user-created',
      handle: ({ userId, accountId, plan }) =>
        this.accounts.openAndAnnounce({
          id: uuidOf('account', accountId),
          ownerUserId: uuidOf('user', userId),
          plan,
        }),
    });
  }
}
