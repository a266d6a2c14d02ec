import { Module } from '@nestjs/common';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { EraserService } from './eraser.service.js';
import { ErasureRequestedConsumer } from './erasure-requested.consumer.js';

@Module({
  imports: [TeamsModule, InvitationsModule],
  providers: [EraserService, ErasureRequestedConsumer],
})
export class ErasingModule {}
