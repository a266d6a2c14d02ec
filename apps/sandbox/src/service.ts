import type { ServiceOptions } from '@modelbridge/service-kit/process';
import { AppModule } from './app.module.js';
import type { SandboxConfig } from './config.js';

/** The sandbox as the process and its tests start it. */
export function sandboxService(config: SandboxConfig): ServiceOptions {
  return { name: 'sandbox', module: AppModule.forRoot(config), config };
}
