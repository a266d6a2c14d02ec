import { startService } from '@modelbridge/service-kit';
import { teamsService } from './app.module.js';
import { readConfig } from './config.js';

await startService(() => teamsService(readConfig()));
