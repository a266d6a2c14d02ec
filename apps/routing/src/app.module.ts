import { RoutingServiceService } from '@modelbridge/contracts/routing.v1';
import { Logger } from '@modelbridge/service-kit/logging';
import { KitModule } from '@modelbridge/service-kit/module';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { Module, type DynamicModule } from '@nestjs/common';
import { CatalogRepository } from './catalog/catalog.repository.js';
import { CatalogService } from './catalog/catalog.service.js';
import { shippedCatalog } from './catalog/shipped-catalog.js';
import { baseUrlsOf, type RoutingConfig } from './config.js';
import { BASE_URLS, EndpointsService } from './endpoints/endpoints.service.js';
import { HealthGrpc } from './health/health.grpc.js';
import { HealthService } from './health/health.service.js';
import { ProbesService } from './health/probes.service.js';
import { SnapshotsGrpc } from './snapshots/snapshots.grpc.js';
import { SnapshotsService } from './snapshots/snapshots.service.js';

const name = 'routing';

@Module({
  controllers: [SnapshotsGrpc, HealthGrpc],
  providers: [CatalogRepository, EndpointsService, HealthService, ProbesService, SnapshotsService],
})
export class AppModule {
  static forRoot(config: RoutingConfig, catalog: unknown): DynamicModule {
    const migrationsDir = new URL('../migrations/', import.meta.url);
    return {
      module: AppModule,
      imports: [KitModule.forRoot({ name, config, database: { migrationsDir } })],
      providers: [
        { provide: BASE_URLS, useValue: baseUrlsOf(config) },
        {
          provide: CatalogService,
          inject: [CatalogRepository, Logger],
          // Asynchronous, so that everything that needs the catalog is built when it is in force.
          useFactory: async (catalogs: CatalogRepository, logger: Logger) => {
            const service = new CatalogService(catalogs, logger);
            await service.start(catalog);
            return service;
          },
        },
      ],
    };
  }
}

/** The whole service, as `main` and the tests run it. */
export function routingService(
  config: RoutingConfig,
  catalog: unknown = shippedCatalog(),
): ServiceOptions {
  return {
    name,
    module: AppModule.forRoot(config, catalog),
    config,
    grpc: [{ name: 'routing.v1.RoutingService', definition: RoutingServiceService }],
  };
}
