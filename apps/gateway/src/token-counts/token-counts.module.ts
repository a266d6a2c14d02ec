import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { InferenceModule } from '../inference/inference.module.js';
import { LoadModule } from '../load/load.module.js';
import { UpstreamModule } from '../upstream/upstream.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { TokenCountsService } from './token-counts.service.js';

@Module({
  imports: [CatalogModule, InferenceModule, LoadModule, UpstreamModule, WorkersModule],
  providers: [TokenCountsService],
  exports: [TokenCountsService],
})
export class TokenCountsModule {}
