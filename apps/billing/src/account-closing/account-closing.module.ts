import { Module } from '@nestjs/common';
import { AutoRechargeModule } from '../auto-recharge/auto-recharge.module.js';
import { BookModule } from '../book/book.module.js';
import { ClosuresModule } from '../closures/closures.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { AccountClosing } from './account-closing.service.js';
import { ClosedBalancesGrpc } from './closed-balances.grpc.js';
import { ClosedBalances } from './closed-balances.service.js';
import { ClosedBalancesRepository } from './closed-balances.repository.js';
import { TeamDeletedConsumer } from './team-deleted.consumer.js';
import { UserDeletedConsumer } from './user-deleted.consumer.js';

@Module({
  imports: [
    AutoRechargeModule,
    BookModule,
    ClosuresModule,
    CustomersModule,
    StripeModule,
    SubscriptionsModule,
  ],
  controllers: [ClosedBalancesGrpc],
  providers: [
    AccountClosing,
    ClosedBalances,
    ClosedBalancesRepository,
    TeamDeletedConsumer,
    UserDeletedConsumer,
  ],
})
export class AccountClosingModule {}
