import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';

export function usageConsumer(config: Config): ServiceOptions {
  return { name: 'usage-consumer', module: AppModule.forRoot(config), config };
}
