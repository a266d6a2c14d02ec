import { Logger } from '@modelbridge/service-kit/logging';
import { Module } from '@nestjs/common';
import { CatalogRepository } from './catalog.repository.js';
import { CatalogService } from './catalog.service.js';

export const SHIPPED_CATALOG = Symbol('the catalog that came with this build');

@Module({
  providers: [
    CatalogRepository,
    {
      provide: CatalogService,
      inject: [CatalogRepository, Logger, SHIPPED_CATALOG],
      // Asynchronous, so that everything that needs the catalog is built when it is in force.
      useFactory: async (catalogs: CatalogRepository, logger: Logger, shipped: unknown) => {
        const service = new CatalogService(catalogs, logger);
        await service.start(shipped);
        return service;
      },
    },
  ],
  exports: [CatalogService],
})
export class CatalogModule {}
