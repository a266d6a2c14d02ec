import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChoicesModule } from '../choices/choices.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { AccountOpenedConsumer } from './account-opened.consumer.js';
import { ClosedAccounts } from './closed-accounts.service.js';
import { ErasureRequestedConsumer } from './erasure-requested.consumer.js';
import { MirrorService } from './mirror.service.js';
import { UsersGrpc } from './users.grpc.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [AuditModule, ChoicesModule, PoliciesModule],
  controllers: [UsersGrpc],
  providers: [
    UsersService,
    ClosedAccounts,
    MirrorService,
    UsersRepository,
    AccountOpenedConsumer,
    ErasureRequestedConsumer,
  ],
  exports: [UsersService, MirrorService],
})
export class UsersModule {}
