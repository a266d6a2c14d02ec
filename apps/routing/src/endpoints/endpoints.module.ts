import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { EndpointsService } from './endpoints.service.js';

@Module({
  imports: [CatalogModule],
  providers: [EndpointsService],
  exports: [EndpointsService],
})
export class EndpointsModule {}
