import { billingAccountOpened } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { TeamsService } from './teams.service.js';

@Injectable()
export class AccountOpenedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly teams: TeamsService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(billingAccountOpened, {
      durable: 'teams__billing-account-opened',
      handle: ({ accountId }) => this.teams.opened(accountId),
    });
  }
}
