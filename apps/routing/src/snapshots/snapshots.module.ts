import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { EndpointsModule } from '../endpoints/endpoints.module.js';
import { HealthModule } from '../health/health.module.js';
import { SnapshotsGrpc } from './snapshots.grpc.js';
import { SnapshotsService } from './snapshots.service.js';

@Module({
  imports: [CatalogModule, EndpointsModule, HealthModule],
  controllers: [SnapshotsGrpc],
  providers: [SnapshotsService],
})
export class SnapshotsModule {}
