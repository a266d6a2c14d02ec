import { Module, type DynamicModule } from '@nestjs/common';
import { KitModule } from '@modelbridge/service-kit/module';
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
