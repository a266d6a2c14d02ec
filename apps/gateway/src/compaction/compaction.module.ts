import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { InferenceModule } from '../inference/inference.module.js';
import { ResponsesService } from './responses.service.js';

@Module({
  imports: [CatalogModule, InferenceModule],
  providers: [ResponsesService],
  exports: [ResponsesService],
})
export class CompactionModule {}
