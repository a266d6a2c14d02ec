import { authUserDeleted } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MembersService } from './members.service.js';

@Injectable()
export class UserDeletedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly members: MembersService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(authUserDeleted, {
      durable: 'teams__auth-user-deleted',
      handle: ({ userId }) => this.members.forget(userId),
    });
  }
}
