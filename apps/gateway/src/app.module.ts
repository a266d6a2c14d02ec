import { Module, type DynamicModule } from '@nestjs/common';
import { KitModule } from '@modelbridge/service-kit/module';
import { AccountModule } from './account/account.module.js';
import { ClientsModule } from './clients/clients.module.js';
import { ConfigModule } from './config.module.js';
import type { GatewayConfig } from './config.js';
import { DownloadsModule } from './downloads/downloads.module.js';
import { ReceiptsModule } from './receipts/receipts.module.js';
import { IngressModule } from './ingress/ingress.module.js';
import { ManagementModule } from './management/management.module.js';
import { ModelsModule } from './models/models.module.js';
import { OpenapiModule } from './openapi/openapi.module.js';
import { ShutdownModule } from './shutdown.module.js';
import { WebSocketModule } from './websocket/websocket.module.js';

@Module({})
export class AppModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({ name: 'gateway', config, nats: true }),
        ConfigModule.forRoot(config),
        ClientsModule,
        DownloadsModule,
        ReceiptsModule,
        IngressModule,
        AccountModule,
        ManagementModule,
        ModelsModule,
        OpenapiModule,
        WebSocketModule,
        ShutdownModule,
      ],
    };
  }
}
