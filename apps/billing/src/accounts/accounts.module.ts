import { Module } from '@nestjs/common';
import { AccountPlansModule } from '../account-plans/account-plans.module.js';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { BookModule } from '../book/book.module.js';
import { AccountsGrpc } from './accounts.grpc.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { BalanceChangesRepository } from './balance-changes.repository.js';
import { BalanceChanges } from './balance-changes.service.js';
import { TeamCreatedConsumer } from './team-created.consumer.js';
import { UserCreatedConsumer } from './user-created.consumer.js';

@Module({
  imports: [AuditModule, BookModule, AllowancesModule, AccountPlansModule],
  controllers: [AccountsGrpc],
  providers: [
    AccountsService,
    AccountsRepository,
    BalanceChanges,
    BalanceChangesRepository,
    UserCreatedConsumer,
    TeamCreatedConsumer,
  ],
  exports: [BalanceChanges],
})
export class AccountsModule {}
