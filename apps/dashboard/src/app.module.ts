import { Module, type DynamicModule } from '@nestjs/common';
import { KitModule } from '@modelbridge/service-kit/module';
import type { ServiceOptions } from '@modelbridge/service-kit/process';
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
