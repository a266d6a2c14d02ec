import { billingAllowanceRecalled } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Allowances } from './allowances.service.js';

/** Gives idle remainders back as soon as billing asks for them. */
@Injectable()
export class AllowanceRecalledConsumer implements OnModuleInit {
  constructor(
    private readonly messaging: Messaging,
    private readonly allowances: Allowances,
  ) {}

  onModuleInit(): void {
    this.messaging.subscribeLatest(billingAllowanceRecalled, {
      handle: ({ accountId, keyId }) => this.allowances.recall(accountId, keyId),
    });
  }
}
