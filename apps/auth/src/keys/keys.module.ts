import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { UsersModule } from '../users/users.module.js';
import { KeyAccess } from './key-access.service.js';
import { KeysGrpc } from './keys.grpc.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';
import { MemberRemovedConsumer } from './member-removed.consumer.js';
import { MembershipsRepository } from './memberships.repository.js';

@Module({
  imports: [AuditModule, UsersModule],
  controllers: [KeysGrpc],
  providers: [KeysService, KeyAccess, KeysRepository, MembershipsRepository, MemberRemovedConsumer],
  exports: [KeysService],
})
export class KeysModule {}
