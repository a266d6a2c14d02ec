import { startService } from '@modelbridge/service-kit/process';
import { teamsService } from './app.module.js';
import { readConfig } from './config.js';

await startService(() => teamsService(readConfig()));
