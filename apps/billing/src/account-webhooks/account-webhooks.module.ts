import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AccountWebhooksGrpc } from './account-webhooks.grpc.js';
import { AccountWebhooks } from './account-webhooks.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { WebhookDeliveries } from './deliveries.service.js';
import { WebhookClient } from './webhook-client.service.js';
import { WebhooksRepository } from './webhooks.repository.js';

@Module({
  imports: [AuditModule],
  controllers: [AccountWebhooksGrpc],
  providers: [
    AccountWebhooks,
    DeliveriesRepository,
    WebhookClient,
    WebhookDeliveries,
    WebhooksRepository,
  ],
})
export class AccountWebhooksModule {}
