import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { UsersModule } from '../users/users.module.js';
import { AnnouncementsGrpc } from './announcements.grpc.js';
import { AnnouncementsService } from './announcements.service.js';
import { PolicyMails } from './policy-mails.service.js';

@Module({
  imports: [AuditModule, PoliciesModule, UsersModule],
  controllers: [AnnouncementsGrpc],
  providers: [AnnouncementsService, PolicyMails],
})
export class AnnouncementsModule {}
