import { Module } from '@nestjs/common';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { BookModule } from '../book/book.module.js';
import { ClosuresModule } from '../closures/closures.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AutoRechargeGrpc } from './auto-recharge.grpc.js';
import { AutoRechargeRepository } from './auto-recharge.repository.js';
import { AutoRechargeService } from './auto-recharge.service.js';
import { PaidRecharges } from './paid-recharges.service.js';
import { RechargesService } from './recharges.service.js';

@Module({
  imports: [
    AllowancesModule,
    AuditModule,
    BookModule,
    ClosuresModule,
    CustomersModule,
    NoticesModule,
    PaymentsModule,
    StripeModule,
  ],
  controllers: [AutoRechargeGrpc],
  providers: [AutoRechargeService, AutoRechargeRepository, PaidRecharges, RechargesService],
  exports: [AutoRechargeService, PaidRecharges],
})
export class AutoRechargeModule {}
