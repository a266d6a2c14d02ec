import { startService } from '@modelbridge/service-kit';
import { serviceOptions } from './app.module.js';
import { readConfig } from './config.js';

await startService(() => serviceOptions(readConfig()));
