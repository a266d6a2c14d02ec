import { Module } from '@nestjs/common';
import { BillingController } from './billing.controller.js';
import { InvoicesController } from './invoices.controller.js';
import { PlansController } from './plans.controller.js';

@Module({ controllers: [BillingController, InvoicesController, PlansController] })
export class BillingModule {}
