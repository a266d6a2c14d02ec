import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { readConfig } from './config.js';
import { usageConsumer } from './service.js';

await startService(() => usageConsumer(readConfig()));
