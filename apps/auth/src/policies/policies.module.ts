import { Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { PoliciesGrpc } from './policies.grpc.js';
import { PoliciesRepository } from './policies.repository.js';
import { PoliciesService } from './policies.service.js';

@Module({
  controllers: [PoliciesGrpc],
  providers: [PoliciesService, PoliciesRepository, Clock],
  exports: [PoliciesService, Clock],
})
export class PoliciesModule {}
