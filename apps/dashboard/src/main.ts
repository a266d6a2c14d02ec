import { startService } from '@modelbridge/service-kit/process';
import { dashboardService } from './app.module.js';
import { readConfig } from './config.js';

await startService(() => dashboardService(readConfig()));
