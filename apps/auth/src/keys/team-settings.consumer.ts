import { teamsSettingsChanged } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { TeamRestrictionsService } from './team-restrictions.service.js';

@Injectable()
export class TeamSettingsConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly restrictions: TeamRestrictionsService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(teamsSettingsChanged, {
      durable: 'auth__teams-settings-changed',
      handle: ({ teamId, changedAt, ...restrictions }) =>
        this.restrictions.change(teamId, restrictions, new Date(changedAt)),
    });
  }
}
