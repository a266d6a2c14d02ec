import { Module, type DynamicModule } from '@nestjs/common';
import { KitModule } from '@modelbridge/service-kit/module';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
import type { Config } from './config.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    const migrationsDir = new URL('../migrations/', import.meta.url);
    return {
      module: AppModule,
      imports: [
        KitModule.forRoot({ name: 'retention', config, database: { migrationsDir }, nats: true }),
      ],
    };
  }
}

/** The whole service, as `main` and the tests run it. */
export function retentionService(config: Config): ServiceOptions {
  return { name: 'retention', module: AppModule.forRoot(config), config };
}
