import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { readConfig } from './config.js';
import { retentionService } from './service.js';

void startService(() => retentionService(readConfig()));
