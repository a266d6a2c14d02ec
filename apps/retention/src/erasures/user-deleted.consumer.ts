import { authUserDeleted } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ErasuresService } from './erasures.service.js';

@Injectable()
export class UserDeletedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly erasures: ErasuresService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(authUserDeleted, {
      durable: 'retention__auth-user-deleted',
      handle: async (person) => void (await this.erasures.begin(person, 'clerk')),
    });
  }
}
