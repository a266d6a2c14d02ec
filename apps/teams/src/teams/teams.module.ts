import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AccountOpenedConsumer } from './account-opened.consumer.js';
import { EndingService } from './ending.service.js';
import { JoiningService } from './joining.service.js';
import { MembersGrpc } from './members.grpc.js';
import { MembersRepository } from './members.repository.js';
import { MembersService } from './members.service.js';
import { MembershipEndedConsumer } from './membership-ended.consumer.js';
import { TeamAccess } from './team-access.service.js';
import { TeamsGrpc } from './teams.grpc.js';
import { TeamsRepository } from './teams.repository.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [AuditModule],
  controllers: [TeamsGrpc, MembersGrpc],
  providers: [
    TeamAccess,
    TeamsService,
    MembersService,
    JoiningService,
    EndingService,
    TeamsRepository,
    MembersRepository,
    AccountOpenedConsumer,
    MembershipEndedConsumer,
  ],
  exports: [TeamAccess, JoiningService, MembersService, TeamsService],
})
export class TeamsModule {}
