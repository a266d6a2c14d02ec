import { Module, type DynamicModule } from '@nestjs/common';
import { KitModule } from '@modelbridge/service-kit/module';
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
