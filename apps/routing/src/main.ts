import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { routingService } from './app.module.js';
import { readConfig } from './config.js';

await startService(() => routingService(readConfig()));
