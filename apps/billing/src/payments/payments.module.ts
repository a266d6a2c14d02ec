import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { BookModule } from '../book/book.module.js';
import { ClosuresModule } from '../closures/closures.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { PaymentHistory } from './payment-history.service.js';
import { PaymentsGrpc } from './payments.grpc.js';
import { PaymentsRepository } from './payments.repository.js';
import { PaymentsService } from './payments.service.js';
import { RefundRequestsRepository } from './refund-requests.repository.js';
import { RefundsService } from './refunds.service.js';
import { TaxesRepository } from './taxes.repository.js';

@Module({
  imports: [
    AccountsModule,
    AllowancesModule,
    BookModule,
    ClosuresModule,
    CustomersModule,
    NoticesModule,
    StripeModule,
  ],
  controllers: [PaymentsGrpc],
  providers: [
    PaymentHistory,
    PaymentsRepository,
    TaxesRepository,
    PaymentsService,
    RefundRequestsRepository,
    RefundsService,
  ],
  exports: [PaymentsService, RefundsService],
})
export class PaymentsModule {}
