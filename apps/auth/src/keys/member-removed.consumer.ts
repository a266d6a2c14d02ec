import { teamsMemberRemoved } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { KeyChangesService } from './key-changes.service.js';

@Injectable()
export class MemberRemovedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly keys: KeyChangesService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(teamsMemberRemoved, {
      durable: 'auth__teams-member-removed',
      handle: ({ membershipId }) => this.keys.endMembership(membershipId),
    });
  }
}
