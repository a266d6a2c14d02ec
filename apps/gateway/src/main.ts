import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit';
import { readConfig } from './config.js';
import { gateway } from './gateway.js';

await startService(() => gateway(readConfig()));
