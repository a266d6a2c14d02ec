import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChoicesModule } from '../choices/choices.module.js';
import { UsersModule } from '../users/users.module.js';
import { ConsentsGrpc } from './consents.grpc.js';
import { ConsentsService } from './consents.service.js';

@Module({
  imports: [AuditModule, ChoicesModule, UsersModule],
  controllers: [ConsentsGrpc],
  providers: [ConsentsService],
})
export class ConsentsModule {}
