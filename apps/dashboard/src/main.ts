import { startService } from '@modelbridge/service-kit/process';
import { readConfig } from './config.js';
import { dashboardService } from './service.js';

void startService(() => dashboardService(readConfig()));
