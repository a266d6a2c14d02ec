import { billingActPerformed, retentionActPerformed } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditService } from './audit.service.js';

@Injectable()
export class ActPerformedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly audit: AuditService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(billingActPerformed, {
      durable: 'auth__billing-act-performed',
      handle: (act, { id }) => this.audit.report({ ...act, source: 'billing', idempotencyKey: id }),
    });
    this.messaging.consume(retentionActPerformed, {
      durable: 'auth__retention-act-performed',
      handle: (act, { id }) =>
        this.audit.report({ ...act, source: 'retention', idempotencyKey: id }),
    });
  }
}
