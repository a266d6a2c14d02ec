import { uuidOf } from '@modelbridge/contracts';
import { teamsTeamDeleted } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountClosing } from './account-closing.service.js';

@Injectable()
export class TeamDeletedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly closing: AccountClosing,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(teamsTeamDeleted, {
      durable: 'billing__teams-team-deleted',
      handle: ({ accountId }) => this.closing.close(uuidOf('account', accountId)),
    });
  }
}
