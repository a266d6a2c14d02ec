import { billingAccountOpened } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { UsersService } from './users.service.js';

@Injectable()
export class AccountOpenedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly users: UsersService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(billingAccountOpened, {
      durable: 'auth__billing-account-opened',
      handle: ({ accountId }) => this.users.opened(accountId),
    });
  }
}
