import { uuidOf } from '@modelbridge/contracts';
import { teamsTeamCreated } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountsService } from './accounts.service.js';

@Injectable()
export class TeamCreatedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly accounts: AccountsService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(teamsTeamCreated, {
      durable: 'billing__teams-team-created',
      handle: ({ accountId, ownerUserId, plan }) =>
        this.accounts.openAndAnnounce({
          id: uuidOf('account', accountId),
          ownerUserId: uuidOf('user', ownerUserId),
          plan,
        }),
    });
  }
}
