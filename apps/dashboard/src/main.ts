import { startService } from '@modelbridge/service-kit';
import { dashboardService } from './app.module.js';
import { readConfig } from './config.js';

await startService(() => dashboardService(readConfig()));
