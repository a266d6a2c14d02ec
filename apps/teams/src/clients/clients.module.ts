import { ModelNames } from '@modelbridge/access';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { BillingServiceClient } from '@modelbridge/contracts/billing.v1';
import { RoutingServiceClient } from '@modelbridge/contracts/routing.v1';
import { grpcClient } from '@modelbridge/service-kit/grpc';
import type { Config } from '../config.js';
import { AddressesService } from './addresses.service.js';
import { AuthClient, BillingClient, RoutingClient } from './clients.js';
import { PeopleService } from './people.service.js';
import { SeatsService } from './seats.service.js';

/** The services that teams asks, over mTLS. */
@Global()
@Module({})
export class ClientsModule {
  static forRoot(config: Config): DynamicModule {
    const clients = [
      {
        provide: AuthClient,
        useFactory: () => grpcClient(AuthServiceClient, config.AUTH_GRPC, config),
      },
      {
        provide: BillingClient,
        useFactory: () => grpcClient(BillingServiceClient, config.BILLING_GRPC, config),
      },
      {
        provide: RoutingClient,
        useFactory: () => grpcClient(RoutingServiceClient, config.ROUTING_GRPC, config),
      },
      {
        provide: ModelNames,
        inject: [RoutingClient],
        useFactory: (routing: RoutingClient) => new ModelNames(routing),
      },
    ];
    return {
      module: ClientsModule,
      providers: [...clients, AddressesService, PeopleService, SeatsService],
      exports: [
        AuthClient,
        BillingClient,
        ModelNames,
        AddressesService,
        PeopleService,
        SeatsService,
      ],
    };
  }
}
