import { Module, type DynamicModule } from '@nestjs/common';
import { KitModule, type ServiceOptions } from '@modelbridge/service-kit';
import type { Config } from './config.js';
import { HomeController } from './home/home.controller.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [KitModule.forRoot({ name: 'dashboard', config })],
      controllers: [HomeController],
    };
  }
}

/** The whole service, as `main` and the tests run it. */
export function dashboardService(config: Config): ServiceOptions {
  return { name: 'dashboard', module: AppModule.forRoot(config), config };
}
