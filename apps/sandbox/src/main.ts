import 'reflect-metadata';
import { loadConfig, startService } from '@modelbridge/service-kit';
import { sandboxConfigSchema } from './config.js';
import { sandboxService } from './service.js';

await startService(() => sandboxService(loadConfig(sandboxConfigSchema)));
