import 'reflect-metadata';
import { startService } from '@modelbridge/service-kit/process';
import { readConfig } from './config.js';
import { billingService } from './service.js';

void startService(() => billingService(readConfig()));
