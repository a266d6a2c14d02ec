import { rpcCallers } from '@modelbridge/contracts/access';
import { RoutingServiceService } from '@modelbridge/contracts/routing.v1';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { AppModule } from './app.module.js';
import { shippedCatalog } from './catalog/shipped-catalog.js';
import type { RoutingConfig } from './config.js';

/** The service as `main.ts` starts it and as the tests do. */
export function routingService(
  config: RoutingConfig,
  catalog: unknown = shippedCatalog(),
): ServiceOptions {
  return {
    name: 'routing',
    module: AppModule.forRoot(config, catalog),
    config,
    grpc: [
      {
        name: 'routing.v1.RoutingService',
        definition: RoutingServiceService,
        callers: rpcCallers['routing.v1.RoutingService'],
      },
    ],
  };
}
