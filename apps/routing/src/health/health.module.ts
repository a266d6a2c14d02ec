import { Module } from '@nestjs/common';
import { EndpointsModule } from '../endpoints/endpoints.module.js';
import { HealthGrpc } from './health.grpc.js';
import { HealthService } from './health.service.js';
import { ProbesService } from './probes.service.js';

@Module({
  imports: [EndpointsModule],
  controllers: [HealthGrpc],
  providers: [HealthService, ProbesService],
  exports: [HealthService],
})
export class HealthModule {}
