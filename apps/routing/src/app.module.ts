import { KitModule } from '@modelbridge/service-kit/module';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CatalogModule, SHIPPED_CATALOG } from './catalog/catalog.module.js';
import { baseUrlsOf, type RoutingConfig } from './config.js';
import { EndpointsModule } from './endpoints/endpoints.module.js';
import { BASE_URLS } from './endpoints/endpoints.service.js';
import { HealthModule } from './health/health.module.js';
import { schema } from './schema.js';
import { SnapshotsModule } from './snapshots/snapshots.module.js';

@Global()
@Module({})
export class AppModule {
  static forRoot(config: RoutingConfig, catalog: unknown): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({
          name: 'routing',
          config,
          database: schema,
        }),
        CatalogModule,
        EndpointsModule,
        HealthModule,
        SnapshotsModule,
      ],
      providers: [
        { provide: BASE_URLS, useValue: baseUrlsOf(config) },
        { provide: SHIPPED_CATALOG, useValue: catalog },
      ],
      exports: [BASE_URLS, SHIPPED_CATALOG],
    };
  }
}
