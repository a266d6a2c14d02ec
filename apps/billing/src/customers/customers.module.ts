import { Module } from '@nestjs/common';
import { ClosuresModule } from '../closures/closures.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { CustomersRepository } from './customers.repository.js';
import { CustomersService } from './customers.service.js';

@Module({
  imports: [ClosuresModule, StripeModule],
  providers: [CustomersService, CustomersRepository],
  exports: [CustomersService],
})
export class CustomersModule {}
