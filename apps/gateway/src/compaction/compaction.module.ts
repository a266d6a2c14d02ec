import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { InferenceModule } from '../inference/inference.module.js';
import { WorkersModule } from '../workers/workers.module.js';
import { ResponsesService } from './responses.service.js';

@Module({
  imports: [CatalogModule, InferenceModule, WorkersModule],
  providers: [ResponsesService],
  exports: [ResponsesService],
})
export class CompactionModule {}
