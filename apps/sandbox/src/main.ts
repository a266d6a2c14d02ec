import 'reflect-metadata';
import { loadConfig } from '@modelbridge/service-kit/config';
import { startService } from '@modelbridge/service-kit/process';
import { sandboxConfigSchema } from './config.js';
import { sandboxService } from './service.js';

void startService(() => sandboxService(loadConfig(sandboxConfigSchema)));
