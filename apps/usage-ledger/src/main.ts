import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { readConfig } from './config.js';
import { usageLedger } from './service.js';

await startService(() => usageLedger(readConfig()));
