import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { TopUpsGrpc } from './top-ups.grpc.js';
import { TopUpsRepository } from './top-ups.repository.js';
import { TopUpsService } from './top-ups.service.js';

@Module({
  imports: [CustomersModule, NoticesModule, StripeModule],
  controllers: [TopUpsGrpc],
  providers: [TopUpsService, TopUpsRepository],
  exports: [TopUpsService],
})
export class TopUpsModule {}
