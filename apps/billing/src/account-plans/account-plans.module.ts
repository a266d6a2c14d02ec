import { Module } from '@nestjs/common';
import { AllowancesModule } from '../allowances/allowances.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { BookModule } from '../book/book.module.js';
import { GrantsModule } from '../grants/grants.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { PlansModule } from '../plans/plans.module.js';
import { AccountPlansGrpc } from './account-plans.grpc.js';
import { AccountPlansRepository } from './account-plans.repository.js';
import { AccountPlansService } from './account-plans.service.js';
import { PeriodEndsService } from './period-ends.service.js';
import { SubscribedPlans } from './subscribed-plans.service.js';

@Module({
  imports: [AuditModule, BookModule, AllowancesModule, GrantsModule, NoticesModule, PlansModule],
  controllers: [AccountPlansGrpc],
  providers: [AccountPlansService, AccountPlansRepository, PeriodEndsService, SubscribedPlans],
  exports: [AccountPlansService, SubscribedPlans],
})
export class AccountPlansModule {}
