import { authMembershipEnded } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { EndingService } from './ending.service.js';

@Injectable()
export class MembershipEndedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly ending: EndingService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(authMembershipEnded, {
      durable: 'teams__auth-membership-ended',
      handle: (ended) => this.ending.ended(ended),
    });
  }
}
