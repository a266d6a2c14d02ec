import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { UsersModule } from '../users/users.module.js';
import { KeysGrpc } from './keys.grpc.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';

@Module({
  imports: [AuditModule, UsersModule],
  controllers: [KeysGrpc],
  providers: [KeysService, KeysRepository],
  exports: [KeysService],
})
export class KeysModule {}
