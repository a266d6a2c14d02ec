import {
  authErasureCompleted,
  billingErasureCompleted,
  teamsErasureCompleted,
  usageLedgerErasureCompleted,
} from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PartsService } from './parts.service.js';

const answers = [
  ['auth', authErasureCompleted],
  ['billing', billingErasureCompleted],
  ['teams', teamsErasureCompleted],
  ['usage-ledger', usageLedgerErasureCompleted],
] as const;

@Injectable()
export class PartCompletedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly parts: PartsService,
  ) {}

  onApplicationBootstrap(): void {
    for (const [part, answer] of answers) {
      this.messaging.consume(answer, {
        durable: `retention__${part}-erasure-completed`,
        handle: (completed) => this.parts.completed(part, completed),
      });
    }
  }
}
