import { startService } from '@modelbridge/service-kit/process';
import { retentionService } from './app.module.js';
import { readConfig } from './config.js';

await startService(() => retentionService(readConfig()));
