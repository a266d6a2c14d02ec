import { Module } from '@nestjs/common';
import { RequestsModule } from '../requests/requests.module.js';
import { ClaimsSweeper } from './claims-sweeper.service.js';
import { ClaimsGrpc } from './claims.grpc.js';
import { ClaimsRepository } from './claims.repository.js';
import { ClaimsService } from './claims.service.js';

@Module({
  imports: [RequestsModule],
  controllers: [ClaimsGrpc],
  providers: [ClaimsService, ClaimsRepository, ClaimsSweeper],
  exports: [ClaimsService],
})
export class ClaimsModule {}
